import type { Activity, Cast, Samples } from '../sample.ts';
import { after, benignTwin, command, every, nearMiss, positive } from '../sample.ts';

const morning = '2026-10-05T09:00:00Z';
const blocksLearned = 20;
const learned = blocksLearned * 100;

/** Commands of a user, one a second from the `from`th second of the morning on. */
const typed = (cast: Cast, lines: readonly string[], from: number): Activity[] =>
  every({ seconds: 1 }, lines.length, after(morning, { seconds: from })).map((at, n) => command({ user: cast.user() }, at, lines[n]!));

/** A name that no other sample's users run, so that they are no measure of what is common. */
const own = (cast: Cast) => `tool-of-${cast.user()}`;
/** One whose every command is one program with other arguments: at the third program among a hundred that is new, it is somebody else. */
const habit = (cast: Cast, count: number) =>
  typed(
    cast,
    Array.from({ length: count }, (_, n) => `${own(cast)} --part ${n}`),
    0,
  );
const strange = (cast: Cast, count: number) => Array.from({ length: count }, (_, n) => `strange-${n}-${cast.user()} --all`);

const claimed = (commands: number, neverUsedShare: number) => ({
  type: 'MASQUERADE' as const,
  count: commands,
  details: { commands, neverUsedShare, blocksLearned },
  alert: true,
});

const twins = (tool: string) => [`sudo ${tool} --all`, `/usr/local/bin/${tool}`, `${tool} | ${tool}`, `for i in 1 2; do ${tool} $i; done`];

export const samples: Samples = {
  positives: [
    positive('The third program never used before among a hundred.', (cast) => ({
      activities: [...habit(cast, learned), ...typed(cast, strange(cast, 3), learned)],
      expected: claimed(100, 0.03),
    })),
    positive('What follows it makes it grow.', (cast) => ({
      activities: [...habit(cast, learned), ...typed(cast, strange(cast, 10), learned)],
      expected: claimed(107, 0.1),
    })),
    positive('Programs are seen through wrappers and paths.', (cast) => ({
      activities: [
        ...habit(cast, learned),
        ...typed(cast, [`sudo -u root strange-a`, `nohup /opt/x/strange-b &`, `env A=1 'strange-c' | ${own(cast)}`], learned),
      ],
      expected: { ...claimed(100, 0.03), details: { mostSurprising: ['strange-a', 'strange-b', 'strange-c', own(cast)] } },
    })),
    positive('They arrive in another order than they ran.', (cast) => ({
      activities: [
        ...habit(cast, learned),
        ...typed(cast, strange(cast, 3), learned).toSorted((a, b) => (a.occurredAt < b.occurredAt ? 1 : -1)),
      ],
      expected: claimed(100, 0.03),
    })),
  ],
  nearMisses: [
    nearMiss('The second program never used before among a hundred.', 'surprise', (cast) => [
      ...habit(cast, learned),
      ...typed(cast, strange(cast, 2), learned),
    ]),
    nearMiss('99 strange programs after nineteen blocks.', 'learningBlocks', (cast) => [
      ...habit(cast, learned - 100),
      ...typed(cast, strange(cast, 99), learned - 100),
    ]),
  ],
  benignTwins: [
    benignTwin('The same program with rights, by its path, in a pipe and from a loop.', (cast) => [
      ...habit(cast, learned),
      ...typed(
        cast,
        Array.from({ length: 100 }, (_, n) => twins(own(cast))[n % 4]!),
        learned,
      ),
    ]),
    benignTwin('One new program, fifty times.', (cast) => [
      ...habit(cast, learned),
      ...typed(
        cast,
        Array.from({ length: 50 }, (_, n) => `strange --part ${n}`),
        learned,
      ),
    ]),
    benignTwin('A newcomer tries five hundred programs.', (cast) => typed(cast, strange(cast, 500), 0)),
  ],
};
