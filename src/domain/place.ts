/** Where an address is, as the caller or the operator's database tells. Country: ISO 3166-1 alpha-2. */
export type Place = {
  country: string | null;
  region: string | null;
  city: string | null;
  latitude: number | null;
  longitude: number | null;
  /** Kilometres within which it is, where that is known. */
  accuracyKm: number | null;
  /** An exit that many share (VPN, proxy, hosting): it tells nothing of where a person is. */
  anonymous: boolean;
};
