import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed documents for the tests: what `graphql()` in test/documents.ts finds, against the committed schema. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['test/documents.ts'],
  generates: {
    'test/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        importExtension: '.ts',
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: {
          DateTime: 'string',
          DateTimeOrDuration: 'string',
          Date: 'string',
          JSONObject: 'Record<string, unknown>',
          Cursor: 'string',
        },
      },
    },
  },
};
export default config;
