import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Lesson } from '../../src/domain/baseline.ts';
import { emptyBaseline, learn, settleSpan, signInsBefore } from '../../src/domain/baseline.ts';
import { localTime, microsPerDay, microsPerMinute, parseInstant } from '../../src/domain/time.ts';
import type { Service } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';
import { judgeBy } from './judging.ts';
import { after, days, every, login, newCast } from './sample.ts';

let service: Service;
beforeAll(async () => {
  service = await startService({ clock: testClock('2026-12-01T00:00:00Z') });
});
afterAll(() => service.close());

const firstDay = '2026-10-01T10:00:00Z';
const night = '2026-10-31T03:00:00Z';

describe('thirty days that shift a habit of 10:00 little by little do not make 03:00 usual', () => {
  it.each([1, 5, 8, 10, 14, 15, 20, 30, 60])('by %i minutes a day', async (minutes) => {
    const cast = newCast();
    const actor = { user: cast.user(), sourceIp: cast.address() };
    const shifted = Array.from({ length: 30 }, (_, day) =>
      login(actor, after(firstDay, { days: day, minutes: -Math.min(minutes * day, 420) })),
    );
    await judgeBy(service, 'unusual-time', shifted);
    expect(await judgeBy(service, 'unusual-time', [login(actor, night)])).toMatchObject([{ learning: false, score: 60 }]);
  });

  it.each([5, 10, 14, 15, 30])('by %i minutes a day in sign-ins beside the usual ones', async (minutes) => {
    const cast = newCast();
    const actor = { user: cast.user(), sourceIp: cast.address() };
    const both = Array.from({ length: 30 }, (_, day) => [
      ...every({ minutes: 30 }, 3, after(firstDay, { days: day, minutes: -Math.min(minutes * day, 420) })).map((at) => login(actor, at)),
      login(actor, after(firstDay, { days: day, minutes: 90 })),
    ]);
    await judgeBy(service, 'unusual-time', both.flat());
    expect(await judgeBy(service, 'unusual-time', [login(actor, night)])).toMatchObject([{ learning: false, score: 60 }]);
  });
});

describe('a change of habit that is honest', () => {
  it('by a quarter of an hour each week is never odd', async () => {
    const cast = newCast();
    const actor = { user: cast.user(), sourceIp: cast.address() };
    const drifting = Array.from({ length: 60 }, (_, day) =>
      login(actor, after('2026-10-01T08:00:00Z', { days: day, minutes: 15 * Math.floor(day / 7) })),
    );
    expect(await judgeBy(service, 'unusual-time', drifting)).toEqual([]);
  });

  it('between an early and a late shift, a week each, is never odd once both were seen', async () => {
    const cast = newCast();
    const actor = { user: cast.user(), sourceIp: cast.address() };
    const week = (n: number, hour: string) => days(2, actor, after(`2026-10-01T${hour}:00:00Z`, { days: 2 * n }));
    const learned = [...week(0, '06'), ...week(1, '14')];
    await judgeBy(service, 'unusual-time', learned);
    const later = Array.from({ length: 12 }, (_, n) => week(n + 2, n % 2 === 0 ? '06' : '14'));
    expect(await judgeBy(service, 'unusual-time', later.flat())).toEqual([]);
  });
});

describe('a sign-in that a human confirms', () => {
  const at = parseInstant('2026-10-05T03:00:00Z')!;
  const lesson = (confirmed?: boolean): Lesson => ({
    id: 'a',
    at,
    signIn: { at, ...localTime(at, 'UTC'), ...(confirmed === undefined ? {} : { confirmed }) },
    facts: [],
  });
  const later = at + settleSpan;

  it('is kept in place of what was learned at its time, and is not lost to it', () => {
    const confirmed = [{ ...lesson(true).signIn }];
    expect(signInsBefore(learn(learn(emptyBaseline(), lesson()), lesson(true)), later)).toEqual(confirmed);
    expect(signInsBefore(learn(learn(emptyBaseline(), lesson(true)), lesson()), later)).toEqual(confirmed);
    const settled = learn(learn(emptyBaseline(), lesson()), { ...lesson(), id: 'b', at: later + microsPerMinute, signIn: null });
    expect(signInsBefore(learn(settled, lesson(true)), later + microsPerDay)).toEqual(confirmed);
  });
});
