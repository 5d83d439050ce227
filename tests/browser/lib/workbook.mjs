// Workbooks made by hand: a zip file without compression, with a sheet per table.
import { crc32 } from "node:zlib";

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships";

/** A workbook of `{name: [[cell, ...], ...]}`; numbers are numbers. */
export function workbook(sheets) {
  const names = Object.keys(sheets);
  const relation = (n, kind, target) => `<Relationship Id="r${n}" Type="${OFFICE}/${kind}" Target="${target}"/>`;
  const relations = (all) => `${HEAD}<Relationships xmlns="${PACKAGE}">${all.join("")}</Relationships>`;
  const list = names.map((name, n) => `<sheet name="${name}" sheetId="${n + 1}" r:id="r${n + 1}"/>`).join("");
  const parts = {
    "_rels/.rels": relations([relation(1, "officeDocument", "xl/workbook.xml")]),
    "xl/workbook.xml": `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${list}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relations(names.map((_, n) => relation(n + 1, "worksheet", `worksheets/sheet${n + 1}.xml`))),
  };
  names.forEach((name, n) => {
    const rows = sheets[name].map((cells, at) => `<row r="${at + 1}">${cells.map(cell).join("")}</row>`).join("");
    parts[`xl/worksheets/sheet${n + 1}.xml`] = `${HEAD}<worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData></worksheet>`;
  });
  return zip(parts);
}

function cell(value) {
  if (typeof value === "number") return `<c><v>${value}</v></c>`;
  const text = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<c t="inlineStr"><is><t>${text}</t></is></c>`;
}

function zip(parts) {
  const [bodies, entries] = [[], []];
  let offset = 0;
  for (const [path, text] of Object.entries(parts)) {
    const [name, data] = [Buffer.from(path), Buffer.from(text)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, name, data]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    entries.push(Buffer.concat([Buffer.from("PK\x01\x02"), Buffer.from([20, 0]), common, place, name]));
    bodies.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, list, Buffer.from("PK\x05\x06"), end]);
}
