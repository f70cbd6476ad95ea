/** What an organisation sets for itself. What it leaves out stays as the catalogue of detectors and this file say. */
export type OrganisationSettings = {
  /** Version of the risk policy that scores its activities, one of `policyVersions`. */
  policyVersion: number;
  /** Days of the week on which people work, 1 (Monday) to 7 (Sunday). */
  workdays: readonly number[];
  /** Days off, YYYY-MM-DD in the user's time zone. */
  holidays: readonly string[];
  /** Networks in CIDR that many share or that are its own (offices, VPN exits, proxies): no travel is told from them. */
  trustedNetworks: readonly string[];
  /** External ids of accounts that programs use and people should not. */
  serviceAccounts: readonly string[];
  /** By detector id. */
  detectors: Readonly<Record<string, DetectorSettings>>;
};

/** A threshold that is left out has its default. */
export type DetectorSettings = { enabled: boolean; thresholds: Readonly<Record<string, number>> };

export const defaultSettings: OrganisationSettings = {
  policyVersion: 3,
  workdays: [1, 2, 3, 4, 5, 6, 7], // nobody's weekend is a guess: an organisation that has one says so
  holidays: [],
  trustedNetworks: [],
  serviceAccounts: [],
  detectors: {},
};
