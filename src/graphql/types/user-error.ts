import type { UserError as Row } from '../../domain/user-error.ts';
import { builder } from '../builder.ts';
import { UserErrorCode } from '../enums.ts';

export const UserError = builder.objectRef<Row>('UserError').implement({
  description: 'One thing wrong with an input.',
  fields: (t) => ({
    code: t.field({ type: UserErrorCode, description: 'What is wrong, for programs.', resolve: ({ code }) => code }),
    field: t.exposeStringList('field', {
      description: 'The path into the input, e.g. ["input", "activities", "3", "detail", "terminal", "command"].',
    }),
    message: t.exposeString('message', { description: 'What is wrong, for people.' }),
    hint: t.exposeString('hint', { nullable: true, description: 'What to do about it.' }),
  }),
});
