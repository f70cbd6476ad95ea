import type { AnyDetail } from '../domain/activity.ts';
import { shapeNameOf, typedFields } from '../domain/activity.ts';
import type { TypedText } from '../domain/organisation-settings.ts';
import type { TextShape } from '../domain/typed-text.ts';
import { shapeOf } from '../domain/typed-text.ts';
import type { ActivityDraft } from './draft.ts';

type Redacted = AnyDetail & Pick<ActivityDraft, 'secretsUsed'>;

/**
 * The activity without the typed texts that its organisation does not store, and with their shapes instead. It comes without
 * its secrets already: a shape is of what would be stored.
 */
export function withoutTypedTexts<Sent extends Redacted>(sent: Sent, stored: readonly TypedText[]): Sent {
  const unwanted = typedFields[sent.kind].filter(([, typed]) => !stored.includes(typed));
  if (unwanted.length === 0) return sent;
  const detail: Record<string, unknown> = { ...sent.detail };
  let { secretsUsed } = sent;
  for (const [name] of unwanted) {
    const text = detail[name];
    if (typeof text !== 'string') continue;
    detail[name] = null;
    detail[shapeNameOf(name)] = shapeOf(text);
    secretsUsed = secretsUsed && withoutPlaces(secretsUsed, name);
  }
  return { ...sent, detail, secretsUsed };
}

/** The shape of a typed text of a stored detail: of one that is stored, as any was by earlier versions, it is not kept beside it. */
export function shapeIn(detail: Record<string, unknown>, name: string): TextShape | null {
  const text = detail[name];
  return typeof text === 'string' ? shapeOf(text) : ((detail[shapeNameOf(name)] as TextShape | undefined) ?? null);
}

/** Where a marker began in a text that is not stored is nowhere now. */
const withoutPlaces = (secretsUsed: NonNullable<Redacted['secretsUsed']>, name: string) =>
  secretsUsed.map((use) => {
    const isHere = use.found?.field[0] === 'detail' && use.found.field[1] === name;
    return isHere ? { ...use, found: { ...use.found!, at: null } } : use;
  });
