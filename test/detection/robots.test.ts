import { describe, expect, it } from 'vitest';
import { deviceTypeOf, robotOf } from '../../src/domain/device.ts';
import { userAgents } from './sample.ts';

describe('a user agent that declares a robot', () => {
  it.each([
    ['CRAWLER', 'Examplebot'],
    ['CRAWLER', 'Mozilla/5.0 (compatible; example_bot/1.1; http://bot.example)'],
    ['CRAWLER', 'ExampleSpider-Image/1.0'],
    ['CRAWLER', 'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Orchard/2.0) Chrome/120.0.0.0 Safari/537.36'],
    ['CRAWLER', 'Orchard 1.0 (ops@orchard.example)'],
    ['CRAWLER', 'Orchard (ops at orchard dot example)'],
    ['CRAWLER', 'Mozilla/4.0'],
    ['TOOL', 'Wget/1.24.5'],
    ['TOOL', 'Go-http-client/2.0'],
    ['TOOL', 'Java/17.0.2'],
    ['TOOL', 'python-urllib3/2.2'],
    ['TOOL', 'Apache-HttpClient/5.2 (Java/17)'],
    ['TOOL', 'axios/1.7.2'],
    ['HEADLESS', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36'],
    ['CHECKER', 'Example Link Checker 3'],
    ['CHECKER', 'ExampleUptimeMonitor/2'],
    ['SCANNER', 'Mozilla/5.0 zgrab/0.x'],
    ['SCANNER', 'masscan/1.3'],
  ])('is a %s: %s', (kind, userAgent) => {
    expect([robotOf(userAgent), deviceTypeOf(userAgent)]).toEqual([kind, 'BOT']);
  });
});

describe('a user agent that may be a person', () => {
  it.each([
    ...Object.values(userAgents),
    'Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; Embedded Web Browser from: http://browser.example/)',
    'Mozilla/5.0 (compatible; Konqueror/4.14; Linux) KHTML/4.14 (like Gecko)',
    'Mozilla/4.0 (compatible; ms-office; MSOffice 16)',
    'Opera/9.80 (J2ME/MIDP; Opera Mini/7.1; U; en) Presto/2.8 Version/11.10',
    'SonyEricssonK800i/R1 Browser/NetFront/3.3 Profile/MIDP-2.0 JavaPlatform/JP-8 SEMC-Java/2.0',
    'Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36',
    'Lynx/2.9.0 libwww-FM/2.14 SSL-MM/1.4.1',
    'AcmeChat/5.1 CFNetwork/1490 Darwin/23.3',
    'okhttp/4.12.0',
    'AcmeMonitorApp/3.1',
    'FeedbackHub/1.2',
    'ExamplePodcasts/3 (+https://podcasts.example)',
    '-',
  ])('is none: %s', (userAgent) => {
    expect(robotOf(userAgent)).toBeNull();
  });
});
