/** Ways to write a text that whoever sends it may choose, each as a program would. */
export const encodings: Record<string, (text: string) => string> = {
  plain: (text) => text,
  percent: encodeURIComponent,
  'percent twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'every byte in percents': (text) => Buffer.from(text).toString('hex').replaceAll(/../g, '%$&'),
  form: (text) => new URLSearchParams({ q: text }).toString(),
  JSON: (text) => JSON.stringify({ text }),
  'JSON in JSON': (text) => JSON.stringify(JSON.stringify([text])),
  'unicode escapes': (text) => text.replaceAll(/[^a-z]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'byte escapes': (text) => Buffer.from(text).toString('hex').replaceAll(/../g, '\\x$&'),
  entities: (text) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  'numeric entities': (text) => [...text].map((c) => `&#${c.codePointAt(0)};`).join(''),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 of UTF-16': (text) => Buffer.from(text, 'utf16le').toString('base64'),
  'wrapped base64': (text) =>
    Buffer.from(text)
      .toString('base64')
      .replaceAll(/.{64}(?=.)/g, '$&\n'),
  hex: (text) => Buffer.from(text).toString('hex'),
};
