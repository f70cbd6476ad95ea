// Tracks a sign-in and a command with nothing but fetch.
//   LAPWING_KEY=lw_… node examples/track.mjs
// A key with the role SERVICE is enough.

const url = process.env.LAPWING_URL ?? 'http://127.0.0.1:4000/graphql';
const key = process.env.LAPWING_KEY;
if (!key) throw new Error('set LAPWING_KEY: npm run lapwing -- keys create --name NAME --role service');

const query = `
  mutation Track($input: TrackActivitiesInput!) {
    trackActivities(input: $input) {
      receipts { cursor duplicate sessionStatus risk { score level } }
      userErrors { code field message hint }
    }
  }`;

const common = { user: 'ada', session: 'example-1', sourceIp: '198.51.100.7' };
const activities = [
  { ...common, detail: { auth: { event: 'SSH_LOGIN', method: 'publickey' } }, idempotencyKey: crypto.randomUUID() },
  { ...common, detail: { terminal: { command: 'sudo systemctl restart web' } }, idempotencyKey: crypto.randomUUID() },
];

// The idempotency keys make it safe to send this again when no answer came, or one that says OVERLOADED or UNAVAILABLE.
const response = await fetch(url, {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
  body: JSON.stringify({ query, variables: { input: { activities } } }),
});
const { data, errors } = await response.json();
if (errors) throw new Error(errors.map(({ message, extensions }) => `${extensions.code}: ${message}`).join('\n'));

const { receipts, userErrors } = data.trackActivities;
for (const { code, field, message } of userErrors) console.error(`refused: ${field.join('.')}: ${message} (${code})`);
// A receipt means that the activity is committed. Where its session was terminated, the caller should sign the user out.
for (const receipt of receipts) if (receipt) console.log(JSON.stringify(receipt));
