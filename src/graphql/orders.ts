import { allows } from '../domain/access.ts';
import { RequestError } from '../errors.ts';
import type { Viewer } from '../domain/viewer.ts';
import { builder } from './builder.ts';
import { OrderDirection } from './enums.ts';
import type { Mask } from './mask.ts';
import { forbidden } from './present-error.ts';
import { ruleOfProperty } from './rules.ts';

/** What a list can be ordered by: the name in the schema, the property of the row, and what that is. */
type OrderFields = Record<string, { by: string; description: string; tells?: 'NAMES' }>;
type Direction = 'ASC' | 'DESC';
type Asking = { viewer: Viewer; mask: Mask | null };

/**
 * The order of a noun: `<Noun>Order` in the schema, and what a list does with it. Its first field is the default. Who may not read a field may not
 * order by it, nor who sees pseudonyms by names: their default is the first other one.
 */
export function defineOrder(noun: string, plural: string, fields: OrderFields, direction: Direction = 'DESC') {
  const all = Object.values(fields);
  const [first] = all;
  const rules = new Map(Object.values(fields).map(({ by }) => [by, ruleOfProperty(noun, by)]));
  const Field = builder.enumType(`${noun}OrderField`, {
    description: `What ${plural} are ordered by.`,
    values: Object.fromEntries(Object.entries(fields).map(([name, { by, description }]) => [name, { value: by, description }])),
  });
  const input = builder.inputRef<{ field: string; direction: Direction }>(`${noun}Order`).implement({
    description: `Order of ${plural}.`,
    fields: (t) => ({
      field: t.field({ type: Field, required: true, defaultValue: first!.by, description: 'By what.' }),
      direction: t.field({ type: OrderDirection, required: true, defaultValue: direction, description: 'Which end first.' }),
    }),
  });
  const listing = (given: { field: string; direction: Direction } | null | undefined, { viewer, mask }: Asking) => {
    const open = mask === null ? all : all.filter(({ tells }) => tells !== 'NAMES');
    const property = given?.field ?? open[0]!.by;
    if (!open.some(({ by }) => by === property))
      throw new RequestError('FORBIDDEN', `You see pseudonyms: ${plural} cannot be ordered by names, of which the order tells.`);
    if (!allows(viewer, rules.get(property)!)) throw forbidden(`${noun}Order by ${property}`);
    return { property, direction: given?.direction ?? direction };
  };
  return { input, listing };
}
