import type { DocumentNode } from 'graphql';

/** Clients send few documents again and again; those with values written into them never come twice. */
const documentsMax = 500;
const charactersMax = 16_384;

export type DocumentCache = { get(text: string): DocumentNode | undefined; set(text: string, document: DocumentNode): void };

/** Parsed documents by their text, the oldest unused one leaving first. At most 8 MB of text. */
export function createDocumentCache(): DocumentCache {
  const documents = new Map<string, DocumentNode>();
  return {
    get(text: string): DocumentNode | undefined {
      const document = documents.get(text);
      if (!document) return undefined;
      documents.delete(text);
      documents.set(text, document);
      return document;
    },
    set(text: string, document: DocumentNode): void {
      if (text.length > charactersMax) return;
      documents.set(text, document);
      const oldest = documents.size > documentsMax ? documents.keys().next().value : undefined;
      if (oldest !== undefined) documents.delete(oldest);
    },
  };
}
