import type { Activity, Receipt, Service } from './api.ts';

/** What a measure works with: where the labelled rows are, the service that judges, and a way to send with progress. */
export type Evaluation = {
  folder: string;
  service: Service;
  track(what: string, lanes: readonly (readonly Activity[])[]): Promise<(Receipt | null)[][]>;
};
