import type { TextShape as Shape } from '../../domain/typed-text.ts';
import { shapeCharactersMax, shapedCharactersMin } from '../../domain/typed-text.ts';
import { builder } from '../builder.ts';

export const TextShape = builder.objectRef<Shape>('TextShape').implement({
  description: 'What a text that people type or see is like, whether it is stored or not: of the text without the secrets in it.',
  fields: (t) => ({
    characters: t.exposeInt('characters', { description: 'Its length in Unicode code points.' }),
    lines: t.exposeInt('lines', { description: 'Its lines; 0: it is empty.' }),
    shape: t.exposeString('shape', {
      description: `How it begins, word by word: \`a\` letters, \`9\` a number (\`9-9-9\` a date, \`9:9\` a time, \`9.9\` a fraction), \`a@a.a\` an e-mail address, \`a://a\` a URL, \`/a\` a path, \`.\` signs, \`*\` anything else, and the markers of secrets. \`+\`: several in a row. ⏎: a line unlike the one before. At most ${shapeCharactersMax} characters. Empty for texts of less than ${shapedCharactersMin}: it would say what they are.`,
    }),
  }),
});
