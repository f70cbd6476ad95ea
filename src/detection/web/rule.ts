import type { RequestReading, WebRequest } from './request.ts';

/** What is hostile about a request: a stable code for rules and statistics, a sentence for people, what it is worth. */
export type WebSuspicion = { code: string; points: number; reason: string };

/** A request of a sample, most often only its page. */
export type SampleRequest = string | (Partial<WebRequest> & { page: string; userAgent?: string });

/** One thing to look for in a request. A rule without samples of both kinds does not pass the tests. */
export type WebRule = {
  code: string;
  /** 15 is a hint that needs others, 30 (MEDIUM) is worth a look by itself, 50 (HIGH) has no use but attack. */
  points: number;
  reason: string;
  find: (request: RequestReading) => boolean;
  hostile: readonly [SampleRequest, ...SampleRequest[]];
  harmless: readonly [SampleRequest, ...SampleRequest[]];
};

export const anyOf = (...patterns: readonly string[]): RegExp => new RegExp(patterns.join('|'));
