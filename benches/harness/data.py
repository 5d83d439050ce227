"""A deterministic data set: people with companies, deals and activities as plain rows.

Same sizes and seed give the same rows on every Python, because only `random.Random(seed).random()` is used.
About 45 % of the names are Indonesian, 35 % Thai (half of them in Thai letters), the rest from elsewhere. All mail
addresses end in `.example`, all phone numbers are made up.
"""
import collections
import csv
import html
import pathlib
import random
import zipfile

ID_GIVEN = """Siti Budi Agus Dewi Sri Rina Andi Putri Rizky Wahyu Dian Eko Fitri Hendra Indah Joko Kartika Nur Ratna
Sari Teguh Umi Vina Wulan Yanti Yusuf Zainal Aditya Bayu Citra Dimas Fajar Galih Hadi Lina Mega Putu Wayan Made Ketut
Ayu Bagus Rahmat Slamet Tri Intan Reza Ahmad Nia Yoga""".split()
ID_FAMILY = """Santoso Wijaya Rahmawati Susanto Nugroho Hidayat Saputra Pratama Kusuma Lestari Handayani Setiawan
Gunawan Halim Siregar Nasution Simanjuntak Harahap Lubis Wibowo Purnomo Utami Anggraini Maharani Firmansyah Hartono
Kurniawan Ramadhan Syahputra Mulyani Astuti Tanjung Situmorang Suardana""".split()
TH_GIVEN = """Somchai Somsak Suda Malee Prasert Wichai Anan Kanya Kittisak Ladda Narong Nattapong Niran Orathai Pailin
Prapha Ratana Sasithorn Siriporn Sukanya Surasak Tanawat Ubon Waraporn Wanida Wirat Yupin Apinya Chalerm Jintana""".split()
TH_FAMILY = """Srisuk Wongsawat Chaiyasit Saetang Suwannarat Thongchai Boonmee Phromma Kaewmanee Rattanakul Charoensuk
Jaidee Khamdee Limpanich Maneerat Prasertsri Sombat Sukhum Thanakit Wattana Wongchai Yodsuwan""".split()
TH_GIVEN_TH = """สมชาย สมศักดิ์ สมหญิง สุดา มาลี ประเสริฐ วิชัย อนันต์ กัญญา กิตติศักดิ์ ลัดดา ณรงค์ ณัฐพงษ์ นิรันดร์ อรทัย ไพลิน
ประภา รัตนา ศศิธร ศิริพร สุกัญญา สุรศักดิ์ ธนวัฒน์ วราภรณ์ วนิดา ยุพิน อภิญญา เฉลิม ดวงใจ จินตนา""".split()
TH_FAMILY_TH = """ศรีสุข วงศ์สวัสดิ์ ไชยสิทธิ์ แซ่ตั้ง สุวรรณรัตน์ ธงชัย บุญมี พรหมมา แก้วมณี รัตนกุล เจริญสุข ใจดี คำดี ลิ้มพานิช
มณีรัตน์ ประเสริฐศรี สมบัติ สุขุม ธนกิจ วัฒนา วงศ์ชัย ยอดสุวรรณ""".split()
OTHER_GIVEN = "Anna Ben Carla David Elena Felix Grace Hiroshi José Kim Laura Minh Nadia Omar Søren Tomás Wei Zoë".split()
OTHER_FAMILY = "Nguyen Smith Müller García Tan Lim Rossi Dubois Andersson Tanaka Park Singh Patel O'Brien Novák".split()
CITIES = {
    "ID": ["Jakarta", "Surabaya", "Bandung", "Medan", "Semarang", "Makassar", "Palembang", "Denpasar", "Yogyakarta",
           "Malang", "Bogor", "Batam"],
    "TH": ["Bangkok", "Chiang Mai", "Phuket", "Khon Kaen", "Pattaya", "Hat Yai", "Udon Thani", "Nonthaburi"],
    "SG": ["Singapore", "Kuala Lumpur", "Hanoi", "Manila", "Tokyo", "Sydney", "London", "Berlin"],
}
TRADE_A = "Maju Jaya Sinar Bintang Mitra Karya Sentosa Siam Andaman Lanna Mekong Pacific Delta Garuda Borneo Lotus".split()
TRADE_B = "Mandiri Perkasa Sejahtera Utama Prima Trading Foods Textile Motors Digital Logistics Energy Coffee".split()
FORMS = {"ID": ["PT {}", "CV {}"], "TH": ["{} Co., Ltd.", "บริษัท {} จำกัด"], "SG": ["{} Pte Ltd", "{} GmbH"]}
JOBS = ["Owner", "Director", "Purchasing Manager", "Accountant", "Engineer", "CEO", "Branch Manager", "Consultant"]
SOURCES = ["web", "referral", "event", "cold_call", "partner", "social"]
# Share of the deals by stage: four open ones, won, lost.
STAGES = [25, 20, 15, 10, 17, 13]
HEADINGS = ["Full name", "Email", "Phone", "Job title", "Company", "City", "Country", "Source"]


class Source:
    """Numbers that are the same on every machine."""

    def __init__(self, seed):
        self.next = random.Random(seed).random

    def below(self, n):
        return int(self.next() * n)

    def pick(self, things):
        return things[int(self.next() * len(things))]


def companies(count, seed=101):
    source = Source(seed)
    names = []
    for number in range(1, count + 1):
        share = source.next()
        country = "ID" if share < 0.45 else "TH" if share < 0.8 else "SG"
        core = f"{source.pick(TRADE_A)} {source.pick(TRADE_B)} {number}"
        names.append(source.pick(FORMS[country]).format(core))
    return names


def contacts(count, company_names, seed=202, first=1):
    """Rows in the order of HEADINGS."""
    source = Source(seed)
    for number in range(first, first + count):
        share = source.next()
        if share < 0.45:
            country, name = "ID", f"{source.pick(ID_GIVEN)} {source.pick(ID_FAMILY)}"
            if source.next() < 0.35:
                name += f" {source.pick(ID_FAMILY)}"
            phone = f"+62 8{10 + source.below(80)}-{number % 10000:04}-{source.below(10000):04}"
        elif share < 0.8:
            country = "TH"
            given, family = (TH_GIVEN, TH_FAMILY) if source.next() < 0.5 else (TH_GIVEN_TH, TH_FAMILY_TH)
            name = f"{source.pick(given)} {source.pick(family)}"
            phone = f"+66 8{source.below(10)}-{number % 1000:03}-{source.below(10000):04}"
        else:
            country, name = "SG", f"{source.pick(OTHER_GIVEN)} {source.pick(OTHER_FAMILY)}"
            phone = f"+65 {8000 + number % 2000}-{source.below(10000):04}"
        company = (number * 7919) % len(company_names)
        yield [name, f"person{number}@c{company + 1}.example", phone, source.pick(JOBS), company_names[company],
               source.pick(CITIES[country]), country, source.pick(SOURCES)]


def deals(count, seed=303):
    """(number, stage 0 to 5, amount in minor units)."""
    source = Source(seed)
    for number in range(1, count + 1):
        point, stage = source.below(100), 0
        while point >= STAGES[stage]:
            point -= STAGES[stage]
            stage += 1
        yield number, stage, 10_000 * (1 + source.below(50_000))


def fragments(names, low, high, count):
    """Parts from the inside of names (no help from prefixes) with between `low` and `high` hits, spread over the list."""
    hits = collections.Counter()
    for name in names:
        text = name.lower()
        hits.update({text[start:start + 6] for start in range(1, len(text) - 6)})
    good = sorted(part for part, n in hits.items() if low <= n <= high and part == part.strip() and '"' not in part)
    step = max(1, len(good) // count)
    return good[::step][:count]


def write(folder, contact_count=100_000, company_count=10_000, deal_count=30_000, first=1):
    """`contacts.csv` and `deals.csv` in `folder`, once; the path of the former."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "contacts.csv"
    if not target.exists():
        partial = folder / "contacts.partial"
        with partial.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(HEADINGS)
            rows.writerows(contacts(contact_count, companies(company_count), first=first))
        with (folder / "deals.csv").open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(["number", "stage", "amount"])
            rows.writerows(deals(deal_count))
        partial.rename(target)
    return target


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def as_workbook(file):
    """The rows of a CSV file as a workbook with one sheet, beside it."""
    to = file.with_suffix(".xlsx")
    if to.exists():
        return to
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = (f'{head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f'<Relationship Id="r1" Type="{office}/KIND" Target="TARGET"/></Relationships>')
    parts = {
        "_rels/.rels": relation.replace("KIND", "officeDocument").replace("TARGET", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": relation.replace("KIND", "worksheet").replace("TARGET", "worksheets/sheet1.xml"),
        "xl/workbook.xml": f'{head}<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
                           '<sheet name="People" sheetId="1" r:id="r1"/></sheets></workbook>',
    }
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as packed, file.open(encoding="utf-8-sig", newline="") as text:
        for name, part in parts.items():
            packed.writestr(name, part)
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{head}<worksheet xmlns="{main}"><sheetData>'.encode())
            for row in csv.reader(text):
                cells = "".join(f'<c t="inlineStr"><is><t>{html.escape(cell)}</t></is></c>' for cell in row)
                sheet.write(f"<row>{cells}</row>".encode())
            sheet.write(b"</sheetData></worksheet>")
    return to
