// What the page says by itself, in the language of the app or else of the browser. The document itself is in English.
const WORDS = {
  en: {
    find: 'Find', loading: 'Loading…', parameters: 'Parameters', body: 'Body', language: 'Language',
    nobody: 'Nobody is signed in: calls go out without a token.', person: 'Calls are made as {name} in {workspace}.',
    key: 'Calls are made with the API key below.', api_key: 'API key', key_hint: 'Stays on this page and is forgotten with it.',
    sign_in: 'Sign in', again: 'Look again', real: 'This is the real API: what you send is done.', try: 'Try it', send: 'Send',
    sending: 'Sending…', answer: 'Answer', headers: 'Headers', empty: 'No body.', no_answer: 'The server did not answer.',
    no_json: 'The body is not JSON: {error}', file: 'File', longer: 'The rest is not shown.', missing: 'Fill in {name}.',
  },
  id: {
    find: 'Cari', loading: 'Memuat…', parameters: 'Parameter', body: 'Isi', language: 'Bahasa',
    nobody: 'Belum ada yang masuk: panggilan dikirim tanpa token.', person: 'Panggilan dilakukan sebagai {name} di {workspace}.',
    key: 'Panggilan dilakukan dengan kunci API di bawah.', api_key: 'Kunci API', key_hint: 'Hanya di halaman ini, dan hilang bersamanya.',
    sign_in: 'Masuk', again: 'Periksa lagi', real: 'Ini API yang sebenarnya: yang dikirim benar-benar dilakukan.', try: 'Coba', send: 'Kirim',
    sending: 'Mengirim…', answer: 'Jawaban', headers: 'Header', empty: 'Tanpa isi.', no_answer: 'Server tidak menjawab.',
    no_json: 'Isi bukan JSON: {error}', file: 'Berkas', longer: 'Sisanya tidak ditampilkan.', missing: 'Isi {name}.',
  },
  th: {
    find: 'ค้นหา', loading: 'กำลังโหลด…', parameters: 'พารามิเตอร์', body: 'เนื้อหา', language: 'ภาษา',
    nobody: 'ยังไม่มีใครเข้าสู่ระบบ การเรียกจะไม่มีโทเค็น', person: 'เรียกในชื่อ {name} ใน {workspace}',
    key: 'เรียกด้วยคีย์ API ด้านล่าง', api_key: 'คีย์ API', key_hint: 'อยู่ในหน้านี้เท่านั้น และหายไปพร้อมกัน',
    sign_in: 'เข้าสู่ระบบ', again: 'ตรวจอีกครั้ง', real: 'นี่คือ API จริง สิ่งที่ส่งจะเกิดขึ้นจริง', try: 'ลองเรียก', send: 'ส่ง',
    sending: 'กำลังส่ง…', answer: 'คำตอบ', headers: 'ส่วนหัว', empty: 'ไม่มีเนื้อหา', no_answer: 'เซิร์ฟเวอร์ไม่ตอบ',
    no_json: 'เนื้อหาไม่ใช่ JSON: {error}', file: 'ไฟล์', longer: 'ส่วนที่เหลือไม่แสดง', missing: 'กรอก {name}',
  },
};

function chosen() {
  try {
    const kept = localStorage.getItem('relasi.language');
    if (WORDS[kept]) return kept;
  } catch {
    // Storage may be forbidden.
  }
  const own = navigator.languages.map(tag => tag.split('-')[0].replace('in', 'id'));
  return own.find(tag => WORDS[tag]) ?? 'en';
}

export const language = chosen();

/** A text, with what stands in braces filled in. */
export function word(name, values = {}) {
  return WORDS[language][name].replace(/\{(\w+)\}/g, (_, place) => values[place] ?? '');
}

/** Goes on in another language. */
export function speak(tag) {
  try {
    localStorage.setItem('relasi.language', tag);
  } catch {
    // The choice is lost with the page.
  }
  location.reload();
}
