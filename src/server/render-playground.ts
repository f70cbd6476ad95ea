/** A program of its own: writes the GraphiQL page for the options in its argument, compressed, to standard output. */
import { gzipSync } from 'node:zlib';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';

/** GraphiQL leaves its tabs displaced by an animation that never ends; under the mouse they jump aside and miss the click. */
const style = '<style>.graphiql-tab { transform: none !important; }</style>';

const page = renderGraphiQL(JSON.parse(process.argv[2] ?? '{}')).replace('</head>', () => `${style}</head>`);
process.stdout.write(gzipSync(page));
