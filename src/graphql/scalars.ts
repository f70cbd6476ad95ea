import { GraphQLError, Kind } from 'graphql';
import type { Micros } from '../domain/time.ts';
import { formatInstant, microsPerDay, parseDuration, parseInstant } from '../domain/time.ts';
import type { JsonObject } from '../recorder/intake.ts';
import { builder } from './builder.ts';
import { literalValue } from './literal.ts';

/** A fixed instant, or a stretch back from whenever it is looked at. */
export type Moment = { at: Micros } | { ago: Micros };
export const instantOf = (moment: Moment, now: Micros): Micros => ('at' in moment ? moment.at : now - moment.ago);

const refuse = (message: string) => new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } });

/** Longest stretch back from now, in days: further than any log reaches, and still a year with four digits. */
const agoDaysMax = 365_000;

/** Past the year 2255 instants are no longer exact; nothing happened then, so that its last one stands for all later ones. */
function instantIn(value: unknown): Micros | null {
  const instant = typeof value === 'string' ? parseInstant(value) : null;
  return instant === null ? null : Math.min(instant, Number.MAX_SAFE_INTEGER);
}

function readInstant(value: unknown): Micros {
  const instant = instantIn(value);
  if (instant === null) throw refuse('a DateTime is RFC 3339 with an offset, e.g. "2026-01-06T15:00:00Z"');
  return instant;
}

function readMoment(value: unknown): Moment {
  const instant = instantIn(value);
  if (instant !== null) return { at: instant };
  const ago = typeof value === 'string' ? parseDuration(value) : null;
  if (ago === null) throw refuse('expected a DateTime such as "2026-01-06T15:00:00Z" or a duration back from now such as "P1D" or "PT15M"');
  if (ago > agoDaysMax * microsPerDay) throw refuse(`a duration reaches back at most ${agoDaysMax} days`);
  return { ago };
}

function readObject(value: unknown): JsonObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw refuse('a JSONObject is an object such as {"key": "value"}');
  return { ...value };
}

function readText(value: unknown): string {
  if (typeof value !== 'string') throw refuse('expected a string');
  return value;
}

builder.scalarType('DateTime', {
  description: 'An instant: RFC 3339 with an offset; microseconds are kept. Answered in UTC, e.g. 2026-01-06T15:00:00.123456Z.',
  serialize: (instant) => formatInstant(instant),
  parseValue: readInstant,
});
builder.scalarType('DateTimeOrDuration', {
  description: 'A DateTime, or an ISO 8601 duration back from now: "P1D", "PT15M".',
  serialize: (never) => never,
  parseValue: readMoment,
});
builder.scalarType('Date', {
  description: 'A calendar day: YYYY-MM-DD.',
  serialize: (day) => day,
  parseValue: (value) => {
    const day = readText(value);
    if (parseInstant(`${day}T00:00:00Z`) === null) throw refuse('a Date is a calendar day, e.g. "2026-01-06"');
    return day;
  },
});
builder.scalarType('JSONObject', {
  description: 'A JSON object.',
  serialize: (value) => value,
  parseValue: readObject,
  parseLiteral: (node, variables) => {
    if (node.kind !== Kind.OBJECT) throw refuse('a JSONObject is an object such as {key: "value"}');
    return readObject(literalValue(node, variables ?? {}));
  },
});
builder.scalarType('Cursor', {
  description: "Opaque; a position in one organisation's log.",
  serialize: (cursor) => cursor,
  parseValue: readText,
});
