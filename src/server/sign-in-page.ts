import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * The page of GET /graphql: asks for a key or token and shows the playground in its own place to whoever may have it, so
 * that the key is in no URL. The playground lives under the policy of this page, and its scripts run by this page's nonce.
 */
export function sendSignInPage(request: IncomingMessage, response: ServerResponse): void {
  const nonce = randomBytes(16).toString('base64');
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentSecurityPolicy(nonce),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    vary: 'accept',
  });
  response.end(request.method === 'HEAD' ? undefined : signInPage(nonce));
}

/** Nothing may come from or go to another host. Inline styles, because the editor of the playground makes its own. */
const contentSecurityPolicy = (nonce: string) =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'font-src data:',
    'img-src data: blob:',
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** Where the page leaves its nonce and the key for the playground. */
export const noncePlace = '@nonce@';
export const keyPlace = 'lapwing-key';

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; margin: 15vh auto; max-width: 26rem; padding: 0 1rem; color-scheme: light dark; }
  input, button { font: inherit; box-sizing: border-box; width: 100%; padding: 0.5rem; margin: 0.25rem 0; }
  [role='alert'] { color: #c0392b; min-height: 3rem; }
`;

/** The key stays in the browser's storage for as long as the tab is open, so that loading the page again works. */
const script = `{
  const { nonce } = document.currentScript;
  const form = document.querySelector('form');
  const problem = document.querySelector('[role=alert]');

  const tell = (text) => {
    problem.textContent = text;
    form.hidden = false;
    form.key.focus();
  };
  const problemOf = ({ status, headers }) => {
    if (status === 401) return 'This key or token is not valid.';
    if (status === 403) return 'This key or token may not open the playground: it takes the scope INTROSPECT.';
    if (status === 429) return 'Too many keys were not valid. Try again in ' + headers.get('retry-after') + ' seconds.';
    return 'The service cannot answer just now. Try again.';
  };
  const enter = async (key) => {
    const response = await fetch('playground', { headers: { authorization: 'Bearer ' + key } });
    if (response.status === 401 || response.status === 403) sessionStorage.removeItem('${keyPlace}');
    if (!response.ok) return tell(problemOf(response));
    const page = await response.text();
    sessionStorage.setItem('${keyPlace}', key);
    document.open();
    document.write(page.replaceAll('${noncePlace}', nonce));
    document.close();
  };
  const tryToEnter = (key) => enter(key).catch(() => tell('The service cannot be reached, or this is no key.'));

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    problem.textContent = '';
    tryToEnter(form.key.value.trim());
  });
  const kept = sessionStorage.getItem('${keyPlace}');
  if (kept) tryToEnter(kept);
  else form.hidden = false;
}`;

const signInPage = (nonce: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>Lapwing</title>
    <link rel="icon" href="data:," />
    <style>${style}</style>
  </head>
  <body>
    <noscript>This page needs JavaScript.</noscript>
    <form hidden>
      <h1>Lapwing</h1>
      <label>Key or token <input name="key" type="password" autocomplete="off" required autofocus /></label>
      <button>Open the playground</button>
      <p role="alert"></p>
    </form>
    <script nonce="${nonce}">${script}</script>
  </body>
</html>
`;
