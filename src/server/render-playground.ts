/** A program of its own: writes the GraphiQL page for the options in its argument, compressed, to standard output. */
import { gzipSync } from 'node:zlib';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { keyPlace, noncePlace } from './sign-in-page.ts';

const options = process.argv[2] ?? '{}';

/** GraphiQL leaves its tabs displaced by an animation that never ends; under the mouse they jump aside and miss the click. */
const style = `<style>
  .graphiql-tab { transform: none !important; }
  div:has(> #sign-out) { width: auto !important; margin-right: 12px; }
</style>`;

/** The key that somebody signed in with becomes the header of every tab. */
const script = `<script>
  function signed(options) {
    const headers = JSON.stringify({ Authorization: 'Bearer ' + sessionStorage.getItem('${keyPlace}') }, null, 2);
    return { ...options, defaultHeaders: headers, defaultTabs: options.defaultTabs.map((tab) => ({ ...tab, headers })) };
  }
  document.addEventListener('click', ({ target }) => {
    if (target.id !== 'sign-out') return;
    sessionStorage.removeItem('${keyPlace}');
    location.reload();
  });
</script>`;

const page = renderGraphiQL(JSON.parse(options))
  .replace('</head>', () => `${style}${script}</head>`)
  .replace(`${options},`, () => `signed(${options}),`)
  .replaceAll('<script>\n', () => `<script nonce="${noncePlace}">\n`);
process.stdout.write(gzipSync(page));
