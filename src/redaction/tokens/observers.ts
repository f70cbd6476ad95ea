import type { TokenFormat } from './format.ts';

/** Monitoring, logs, analytics, feature flags and incidents. */
export const observers: readonly TokenFormat[] = [
  { of: 'Sentry organisation', starts: ['sntrys_'], rest: /eyJ[A-Za-z0-9+/]{40,400}={0,2}_[A-Za-z0-9+/]{43}/ },
  { of: 'Sentry user and integration', starts: ['sntryu_', 'sntrya_', 'sntryi_'], rest: /[a-f0-9]{64}/i },
  { of: 'Grafana service account', starts: ['glsa_'], rest: /[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}/ },
  { of: 'Grafana Cloud', starts: ['glc_eyJ'], rest: /[A-Za-z0-9+/]{24,400}={0,3}/ },
  { of: 'Grafana Cloud', starts: ['glc_'], rest: /[A-Za-z0-9+/]{32,400}={0,3}/, random: true },
  { of: 'Grafana API key', starts: ['eyJrIjoi'], rest: /[A-Za-z0-9]{60,400}={0,3}/ },
  {
    of: 'New Relic',
    starts: ['NRAK-', 'NRII-', 'NRIQ-', 'NRJS-', 'NRBR-', 'NRRA-', 'NRSP-', 'NRAL-', 'NRAA-'],
    rest: /[A-Za-z0-9]{19,42}|[\w-]{25,32}/,
  },
  {
    of: 'Dynatrace',
    starts: ['dt0c01.', 'dt0s01.', 'dt0s02.', 'dt0s03.', 'dt0s04.', 'dt0s06.', 'dt0s08.', 'dt0s09.', 'dt0s16.', 'dt0e01.', 'dt0p01.'],
    rest: /[A-Z0-9]{24}\.[A-Z0-9]{64}/i,
  },
  { of: 'Honeycomb', starts: ['hcaik_', 'hcbik_', 'hcamk_', 'hcxik_', 'hcxlk_', 'hcaic_', 'hcbic_', 'hcxmk_'], rest: /[a-z0-9]{32,64}/ },
  { of: 'Axiom', starts: ['xaat-', 'xapt-', 'xait-'], rest: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/ },
  { of: 'PostHog', starts: ['phx_', 'phs_', 'pha_', 'phr_'], rest: /[A-Za-z0-9]{36,48}/ },
  { of: 'LaunchDarkly', starts: ['sdk-', 'api-', 'mob-', 'rel-'], rest: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i },
  { of: 'Statsig', starts: ['secret-', 'console-'], rest: /[A-Za-z0-9]{36,48}/, random: true },
  { of: 'ConfigCat', starts: ['configcat-sdk-1/', 'configcat-proxy/'], rest: /[\w-]{22}\/[\w-]{22}/ },
  { of: 'Split, Flagsmith', starts: ['ser.'], rest: /[A-Za-z0-9]{22}/ },
  { of: 'Logfire', starts: ['pylf_v1_us_', 'pylf_v1_eu_', 'pylf_v2_us_', 'pylf_v2_eu_'], rest: /[A-Za-z0-9_]{40,64}/ },
  { of: 'Checkly', starts: ['cu_'], rest: /[0-9a-f]{32}/ },
  {
    of: 'UptimeRobot',
    starts: ['ur', ...[...'0123456789'].flatMap((digit) => [`u${digit}`, `m${digit}`])],
    rest: /\d{5,9}-[a-f0-9]{24,32}/,
  },
  { of: 'incident.io', starts: ['inc_live_', 'inc_test_', 'inc_development_'], rest: /[a-f0-9]{64}/ },
  { of: 'Rootly', starts: ['rootly_'], rest: /[a-f0-9]{64}/ },
  { of: 'Orbit', starts: ['obu_'], rest: /[0-9a-f]{40}/ },
  { of: 'Sumo Logic', starts: ['su'], rest: /[A-Za-z0-9]{12}["':;,\s]{1,8}[A-Za-z0-9]{64}/, random: true },
  { of: 'Aiven, Instana', starts: ['AVNS_'], rest: /[\w-]{19,24}/, kind: 'PASSWORD' },
  { of: 'Segment', starts: ['sgp_'], rest: /[A-Za-z0-9]{64}/ },
  { of: 'FullStory', starts: ['na1.', 'eu1.'], rest: /[A-Za-z0-9+/]{90,110}={0,2}/ },
  { of: 'Beamer', starts: ['b_'], rest: /[a-z0-9=_-]{44}/i, random: true },
  { of: 'pganalyze', starts: ['pgap_'], rest: /[A-Za-z0-9]{40,64}/ },
];
