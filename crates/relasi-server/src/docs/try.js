// A call from the page: parameters and a body that are filled in, and what comes back.
import { send } from './caller.js';
import { word } from './words.js';

/** The most characters of an answer that are shown. */
const SHOWN = 200_000;
const DEPTH = 4;

const node = (name, text, ...children) => {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
};

/** Something that fits a schema: what must be there, and where nothing must, the first few members. */
export function example(schema, resolve, depth = 0) {
  const whole = resolve(schema);
  const one = whole.example ?? whole.default ?? whole.enum?.[0] ?? whole.const;
  if (one !== undefined) return one;
  const choice = whole.anyOf?.[0] ?? whole.oneOf?.[0] ?? whole.allOf?.[0];
  if (choice && depth < DEPTH) return example(choice, resolve, depth + 1);
  const type = [whole.type ?? (whole.properties ? 'object' : 'string')].flat()[0];
  if (type === 'object') {
    const all = Object.keys(whole.properties ?? {}).filter(name => !whole.properties[name].readOnly);
    const needed = whole.required?.length ? all.filter(name => whole.required.includes(name)) : all.slice(0, 3);
    if (depth >= DEPTH) return {};
    return Object.fromEntries(needed.map(name => [name, example(whole.properties[name], resolve, depth + 1)]));
  }
  if (type === 'array') return depth < DEPTH && whole.minItems ? [example(whole.items ?? {}, resolve, depth + 1)] : [];
  if (type === 'integer' || type === 'number') return whole.minimum ?? 0;
  if (type === 'boolean') return false;
  if (type === 'null') return null;
  const forms = { date: '2026-11-30', 'date-time': '2026-11-30T09:00:00Z', uuid: '00000000-0000-7000-8000-000000000000', email: 'siti@kopi.example' };
  return forms[whole.format] ?? '';
}

function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

function beginning(parameter) {
  if (parameter.name === 'Idempotency-Key') return randomId();
  if (parameter.name === 'If-Match' && parameter.required) return '"1"';
  return '';
}

let made = 0;

/** A control with its label. */
function field(label, control, required) {
  control.id = `try-${++made}`;
  const text = node('label', label + (required ? ' *' : ''));
  text.htmlFor = control.id;
  if (required) control.setAttribute('aria-required', 'true');
  return node('div', '', text, control);
}

function inputs(parameters, box) {
  return parameters.map(parameter => {
    const control = document.createElement('input');
    control.autocomplete = 'off';
    control.value = beginning(parameter);
    box.append(field(parameter.name, control, parameter.required));
    return { parameter, control };
  });
}

/** The address and the headers that the inputs make; throws with a word about what is missing. */
function filled(path, fields) {
  const query = new URLSearchParams();
  const headers = {};
  let address = path;
  for (const { parameter, control } of fields) {
    const value = control.value.trim();
    if (parameter.required && !value) {
      control.focus();
      throw new Error(word('missing', { name: parameter.name }));
    }
    if (parameter.in === 'path') address = address.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (value && parameter.in === 'query') query.append(parameter.name, value);
    else if (value && parameter.in === 'header') headers[parameter.name] = value;
  }
  return { address: query.size ? `${address}?${query}` : address, headers };
}

async function show(answer, took, out) {
  const text = await answer.text();
  let pretty = text;
  try {
    pretty = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // It is shown as it came.
  }
  const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  const more = node('details', '', node('summary', word('headers')), node('pre', headers));
  const body = pretty ? node('pre', pretty.slice(0, SHOWN)) : node('p', word('empty'));
  body.className = 'answer-body';
  // What scrolls can be reached by the keyboard.
  body.tabIndex = 0;
  const status = node('p', `${answer.status} ${answer.statusText} · ${took} ms`);
  status.className = answer.ok ? 'good' : 'bad';
  out.replaceChildren(node('h3', word('answer')), status, more, body);
  if (pretty.length > SHOWN) out.append(node('p', word('longer')));
}

/** The form of an operation. */
export function tryOut(path, method, details, resolve) {
  const form = node('form');
  form.className = 'try';
  const fields = inputs(details.parameters ?? [], form);
  const [media, content] = Object.entries(details.requestBody?.content ?? {})[0] ?? [];
  const json = media === 'application/json' || media?.endsWith('+json');
  let body = null;
  if (media) {
    body = document.createElement(json ? 'textarea' : 'input');
    if (json) {
      body.rows = 8;
      body.spellcheck = false;
      body.value = JSON.stringify(example(content.schema, resolve), null, 2);
    } else {
      body.type = 'file';
    }
    form.append(field(json ? `${word('body')}, ${media}` : word('file'), body, false));
  }
  const button = node('button', word('send'));
  const out = node('div');
  out.className = 'answer';
  out.setAttribute('role', 'status');
  form.append(button, out);
  form.addEventListener('submit', async event => {
    event.preventDefault();
    const wrong = text => {
      const line = node('p', text);
      line.className = 'bad';
      out.replaceChildren(line);
    };
    let call;
    try {
      call = filled(path, fields);
      if (json && body.value.trim()) JSON.parse(body.value);
    } catch (error) {
      wrong(error instanceof SyntaxError ? word('no_json', { error: error.message }) : error.message);
      return;
    }
    const sent = json ? body.value : body?.files[0];
    const headers = { accept: '*/*', ...call.headers, ...(sent ? { 'content-type': media } : {}) };
    button.disabled = true;
    out.replaceChildren(node('p', word('sending')));
    const began = performance.now();
    try {
      const answer = await send(call.address, { method: method.toUpperCase(), headers, ...(sent ? { body: sent } : {}) });
      await show(answer, Math.round(performance.now() - began), out);
    } catch {
      wrong(word('no_answer'));
    }
    button.disabled = false;
  });
  return form;
}
