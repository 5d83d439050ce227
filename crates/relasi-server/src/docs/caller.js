// Who calls: the session of the browser, or an API key that is pasted. Both stay in memory.
import { word } from './words.js';

const byId = id => document.getElementById(id);
let session = null;

/** Gets a token by the cookie of the app, as the app itself does; null when nobody is signed in. */
async function refresh() {
  const answer = await fetch('/api/v1/sessions/refresh', { method: 'POST', headers: { 'X-Relasi-Refresh': '1' } }).catch(() => null);
  session = answer?.ok ? await answer.json() : null;
  show();
}

function show() {
  const key = byId('key').value.trim();
  const who = key ? word('key') : session
    ? word('person', { name: session.user.full_name, workspace: session.workspace.name })
    : word('nobody');
  byId('who').textContent = who;
  byId('sign-in').hidden = Boolean(key || session);
  byId('again').hidden = Boolean(key || session);
}

/** Sends a call; one more time with a new token when that of the session has run out. */
export async function send(path, options) {
  const key = byId('key').value.trim();
  const once = () => {
    const token = key || session?.access_token;
    const headers = { ...options.headers, ...(token ? { authorization: `Bearer ${token}` } : {}) };
    // Cookies are for the app: a call is made by its token alone.
    return fetch(path, { ...options, headers, credentials: 'omit', redirect: 'manual' });
  };
  const answer = await once();
  if (answer.status !== 401 || key || !session) return answer;
  await refresh();
  return session ? once() : answer;
}

/** Fills in the words of the head and looks who is there. */
export async function start() {
  byId('key-label').textContent = word('api_key');
  byId('key-hint').textContent = word('key_hint');
  byId('real').textContent = word('real');
  byId('sign-in').textContent = word('sign_in');
  byId('again').textContent = word('again');
  byId('key').addEventListener('input', show);
  byId('again').addEventListener('click', refresh);
  await refresh();
}
