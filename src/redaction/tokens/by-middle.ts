import type { Finding } from '../finding.ts';
import { isWord, mayBegin } from './boundaries.ts';
import type { MiddleFormat } from './format.ts';
import { isPlaceholder } from './placeholders.ts';

/** Tokens that begin like any word and are known by what stands in their midst or at their end, always at the same place. */
export const middleFormats: readonly MiddleFormat[] = [
  { of: 'Azure Entra client secret', middle: 'Q~', offset: 4, whole: /[\w~.-]{3}\dQ~[\w~.-]{31,34}/ },
  { of: 'Terraform Cloud', middle: '.atlasv1.', offset: 14, whole: /[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,70}/ },
  { of: 'MaxMind', middle: '_mmk', offset: 36, whole: /[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk/ },
  { of: 'Mailchimp', middle: '-us', offset: 32, whole: /[0-9a-f]{32}-us\d{1,2}/ },
  { of: 'New Relic licence', middle: 'FFFFNRAL', offset: 32, whole: /(?:[0-9a-f]{32}|eu01xx[0-9a-f]{26})FFFFNRAL/ },
  { of: 'New Relic mobile', middle: '-NRMA', offset: 42, whole: /(?:AA[0-9a-f]{40}|eu01xx[0-9a-f]{36})-NRMA/ },
  { of: 'Azure Container Registry', middle: '+ACR', offset: 42, whole: /[A-Za-z0-9+/]{42}\+ACR[A-D][A-Za-z0-9+/]{5}/ },
  { of: 'Azure storage', middle: '+ASt', offset: 76, whole: /[A-Za-z0-9+/]{76}\+ASt[A-Za-z0-9+/]{6}==/ },
  { of: 'Azure Cosmos DB', middle: 'ACDb', offset: 76, whole: /[A-Za-z0-9+/]{76}ACDb[A-Za-z0-9+/]{6}==/ },
  { of: 'Azure Functions', middle: 'AzFu', offset: 44, whole: /[\w-]{44}AzFu[\w-]{4,8}={0,2}/ },
  { of: 'Azure Search', middle: 'AzSe', offset: 42, whole: /[A-Za-z0-9]{42}AzSe[A-D][A-Za-z0-9]{5}/ },
  {
    of: 'Azure AI, API Management and others',
    middle: 'JQQJ99',
    offset: 52,
    whole: /[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{2}[A-Za-z0-9]{14,24}/,
  },
  { of: 'Azure DevOps', middle: 'AZDO', offset: 76, whole: /[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}/ },
  { of: 'Azure Redis', middle: 'AzCa', offset: 33, whole: /[A-Za-z0-9]{33}AzCa[A-P][A-Za-z0-9]{5}=/ },
  { of: 'Azure Batch', middle: '+ABa', offset: 76, whole: /[A-Za-z0-9+/]{76}\+ABa[A-Za-z0-9+/]{6}==/ },
  { of: 'Azure Event Hubs and Relay', middle: '+AEh', offset: 33, whole: /[A-Za-z0-9+/]{33}\+AEh[A-Za-z0-9+/]{6}=/ },
  { of: 'Azure Service Bus', middle: '+ASb', offset: 33, whole: /[A-Za-z0-9+/]{33}\+ASb[A-Za-z0-9+/]{6}=/ },
  { of: 'Azure IoT', middle: 'AIoT', offset: 33, whole: /[A-Za-z0-9+/]{33}AIoT[A-Za-z0-9+/]{6}=/ },
  { of: 'Dropbox, long-lived', middle: 'AAAAAAAAAA', offset: 11, whole: /[A-Za-z0-9_-]{11}AAAAAAAAAA[\w=-]{43}/ },
  { of: 'Tableau', middle: '==:', offset: 22, whole: /[A-Za-z0-9+/]{22}==:[A-Za-z0-9]{32}/ },
  {
    of: 'Webex bot',
    middle: '_PF84_',
    offset: 64,
    whole: /[A-Za-z0-9]{64}_PF84_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/,
  },
  {
    of: 'LM and NT hash of a dump',
    middle: ':',
    offset: 32,
    whole: /[0-9a-fA-F]{32}:[0-9a-fA-F]{32}(?=:::)|aad3b435b51404eeaad3b435b51404ee:[0-9a-fA-F]{32}/,
    kind: 'PASSWORD_HASH',
  },
];

const sticky = middleFormats.map((format) => ({ ...format, whole: new RegExp(`(?:${format.whole.source})(?![A-Za-z0-9])`, 'y') }));

/** One search of the whole text for each of these few middles. */
export function findByMiddle(text: string, found: Finding[]): void {
  for (const format of sticky) {
    for (let at = text.indexOf(format.middle); at !== -1;) {
      const end = matchAround(text, at, format, found);
      at = text.indexOf(format.middle, end ?? at + 1);
    }
  }
}

/** Where the token ends that has its middle here, if there is one. */
function matchAround(text: string, at: number, { offset, whole, kind }: MiddleFormat, found: Finding[]): number | null {
  const start = at - offset;
  if (start < 0 || (isWord(text.charCodeAt(start)) && !mayBegin(text, start))) return null;
  whole.lastIndex = start;
  if (!whole.test(text)) return null;
  const end = whole.lastIndex;
  if (isPlaceholder(text.slice(start, end))) return null;
  found.push({ start, end, kind: kind ?? 'API_KEY' });
  return end;
}
