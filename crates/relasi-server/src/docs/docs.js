// Shows the OpenAPI document: operations by tag, their parameters, bodies and answers, and lets each be called.
import { start } from './caller.js';
import { tryOut } from './try.js';
import { language, speak, word } from './words.js';

const byId = id => document.getElementById(id);
const node = (name, text, ...children) => {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
};

document.documentElement.lang = language;
byId('find-label').textContent = word('find');
const languages = byId('language');
languages.value = language;
languages.setAttribute('aria-label', word('language'));
languages.addEventListener('change', () => speak(languages.value));
// Who calls is known when somebody sends; the document does not wait for it.
start();

const spec = await (await fetch('/api/openapi.json')).json();

function resolve(schema) {
  const name = schema?.$ref?.split('/').pop();
  return name ? { name, ...spec.components.schemas[name] } : schema ?? {};
}

function typeOf(schema) {
  if (schema?.$ref) return schema.$ref.split('/').pop();
  const type = [schema?.type ?? 'any'].flat().join(' or ');
  if (schema?.items) return `list of ${typeOf(schema.items)}`;
  return schema?.format ? `${type} (${schema.format})` : type;
}

function members(schema) {
  const whole = resolve(schema);
  if (!whole.properties) return node('p', typeOf(schema));
  const body = node('tbody');
  for (const [name, property] of Object.entries(whole.properties)) {
    const required = whole.required?.includes(name) ? ' *' : '';
    body.append(node('tr', '', node('td', '', node('code', name + required)), node('td', typeOf(property)), node('td', property.description ?? '')));
  }
  return node('div', '', node('p', whole.name ?? whole.description ?? ''), node('table', '', body));
}

function operation(path, method, details) {
  const head = node('summary', '', node('span', method.toUpperCase()), node('code', path), node('span', ` ${details.summary ?? ''}`));
  head.firstChild.className = 'method';
  const box = node('details', '', head);
  box.addEventListener('toggle', () => {
    if (box.childElementCount > 1) return;
    if (details.description) box.append(node('p', details.description));
    if (details.parameters?.length) {
      const body = node('tbody');
      for (const parameter of details.parameters) {
        const required = parameter.required ? ' *' : '';
        body.append(node('tr', '', node('td', '', node('code', parameter.name + required)), node('td', parameter.in), node('td', typeOf(parameter.schema)), node('td', parameter.description ?? '')));
      }
      box.append(node('h3', word('parameters')), node('table', '', body));
    }
    for (const [media, content] of Object.entries(details.requestBody?.content ?? {})) {
      box.append(node('h3', `${word('body')}, ${media}`), members(content.schema));
    }
    for (const [status, answer] of Object.entries(details.responses ?? {})) {
      box.append(node('h3', `${status} ${answer.description}`));
      for (const content of Object.values(answer.content ?? {})) box.append(members(content.schema));
    }
    const form = tryOut(path, method, details, resolve);
    const calling = node('details', '', node('summary', word('try')), form);
    calling.className = 'calling';
    head.after(calling);
  });
  box.dataset.operation = details.operationId;
  box.dataset.text = `${method} ${path} ${details.summary} ${details.operationId}`.toLowerCase();
  return box;
}

const groups = new Map();
for (const [path, methods] of Object.entries(spec.paths)) {
  for (const [method, details] of Object.entries(methods)) {
    const tag = details.tags?.[0] ?? 'other';
    if (!groups.has(tag)) groups.set(tag, node('section', '', node('h2', tag)));
    groups.get(tag).append(operation(path, method, details));
  }
}
byId('operations').replaceChildren(...groups.values());
byId('find').addEventListener('input', event => {
  const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const section of groups.values()) {
    let shown = 0;
    for (const box of section.querySelectorAll('details')) {
      box.hidden = !words.every(word => box.dataset.text.includes(word));
      shown += box.hidden ? 0 : 1;
    }
    section.hidden = shown === 0;
  }
});
