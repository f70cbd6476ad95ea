/** A program of its own: writes the GraphiQL page for the options in its argument, compressed, to standard output. */
import { gzipSync } from 'node:zlib';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';

process.stdout.write(gzipSync(renderGraphiQL(JSON.parse(process.argv[2] ?? '{}'))));
