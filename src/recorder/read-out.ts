import { factsOf } from '../detection/facts.ts';
import type { ShellReading } from '../detection/shell.ts';
import { programNames } from '../detection/shell.ts';
import { suspicionsOf } from '../detection/suspicions.ts';
import { webAttacksOf } from '../detection/web-attacks.ts';
import type { AnyDetail } from '../domain/activity.ts';
import type { ActivityDraft } from './draft.ts';

type Sent = AnyDetail & Pick<ActivityDraft, 'type' | 'sourceIp' | 'userAgent' | 'deviceType' | 'place' | 'secretsUsed'>;
type ReadOut = Pick<ActivityDraft, 'programs' | 'suspicions' | 'webAttacks' | 'facts'>;

/** What judging reads out of an activity: when it comes in, and again when what was recorded is gone through. */
export function readOut(sent: Sent, command: ShellReading | null): ReadOut {
  const programs = command === null ? [] : programNames(command);
  return {
    programs,
    suspicions: command === null ? [] : suspicionsOf(command),
    webAttacks: sent.kind === 'web' ? webAttacksOf(sent.detail, sent.userAgent) : [],
    facts: factsOf({ ...sent, address: sent.sourceIp, programs, elevated: sent.type === 'SUDO_COMMAND' }),
  };
}
