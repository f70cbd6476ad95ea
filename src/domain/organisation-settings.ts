import type { PolicyVersion } from './risk.ts';
import { currentPolicy } from './risk.ts';

/** What an organisation sets for itself. What it leaves out stays as the catalogue of detectors and this file say. */
export type OrganisationSettings = {
  /** Version of the risk policy that scores its activities, one of `policyVersions`. */
  policyVersion: PolicyVersion;
  /** Days of the week on which people work, 1 (Monday) to 7 (Sunday). */
  workdays: readonly number[];
  /** Days off, YYYY-MM-DD in the user's time zone. */
  holidays: readonly string[];
  /** Networks in CIDR that many share or that are its own (offices, VPN exits, proxies): no travel is told from them. */
  trustedNetworks: readonly string[];
  /** External ids of accounts that programs use and people should not. */
  serviceAccounts: readonly string[];
  /** Which texts that people type or see are stored; of others only length and shape are. */
  storedTexts: readonly TypedText[];
  /** What is not recorded at all. */
  exclusions: readonly Exclusion[];
  /** Whether analysts see pseudonyms in place of users. */
  pseudonymise: boolean;
  /** By detector id. */
  detectors: Readonly<Record<string, DetectorSettings>>;
};

/** Texts that are stored only where an organisation wants them. */
export const typedTexts = {
  KEYSTROKES: 'What was typed on a desktop: `inputText`.',
  FORM_VALUES: 'What was entered into a form: `inputValue`.',
  TERMINAL_OUTPUT: 'What a command printed: `output`.',
} as const;
export type TypedText = keyof typeof typedTexts;

/** What a pattern of an exclusion is compared with, always as it was sent. */
export const exclusionSubjects = {
  PAGE: 'Page or endpoint of a web activity, address of a browser activity: with its query and without.',
  PATH: 'Path and new path of a file activity, working directory of a command.',
  COMMAND: 'The command line.',
  USER: 'External id of the user, of whom then nothing is recorded.',
  NETWORK: 'Source address: the pattern is a network in CIDR notation.',
} as const;
export type ExclusionSubject = keyof typeof exclusionSubjects;

/** `*` in the pattern stands for any characters, also none; all else for itself. */
export type Exclusion = { subject: ExclusionSubject; pattern: string };

/** Most items of each list: far over what an organisation names by hand, and all of it is read with its log. */
export const settingsMax = { holidays: 400, trustedNetworks: 200, serviceAccounts: 1_000, exclusions: 200 } as const;

/** A threshold that is left out has its default. */
export type DetectorSettings = { enabled: boolean; thresholds: Readonly<Record<string, number>> };

export const defaultSettings: OrganisationSettings = {
  policyVersion: currentPolicy,
  workdays: [1, 2, 3, 4, 5, 6, 7], // nobody's weekend is a guess: an organisation that has one says so
  holidays: [],
  trustedNetworks: [],
  serviceAccounts: [],
  storedTexts: [],
  exclusions: [],
  pseudonymise: false,
  detectors: {},
};
