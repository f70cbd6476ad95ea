import type { InferEntity } from '@mikro-orm/core';
import { defineEntity, p } from '@mikro-orm/core';
import type { CommandHabits as Habits } from '../../domain/command-habits.ts';
import type { CommonPrograms as Common } from '../../domain/common-programs.ts';
import { columns } from './columns.ts';

/** Which programs a user runs; `id` is the user's. Apart from the user's row, which changes far more often. */
export const CommandHabits = defineEntity({
  name: 'CommandHabits',
  tableName: 'command_habits',
  properties: { id: columns.id(), organisationId: columns.organisationId(), habits: p.json<Habits>() },
});
export type CommandHabitsRow = InferEntity<typeof CommandHabits>;

/** Which programs are common in an organisation; `id` is the organisation's. */
export const CommonPrograms = defineEntity({
  name: 'CommonPrograms',
  tableName: 'common_programs',
  properties: { id: columns.id(), organisationId: columns.organisationId(), common: p.json<Common>() },
});
export type CommonProgramsRow = InferEntity<typeof CommonPrograms>;
