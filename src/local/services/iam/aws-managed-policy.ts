import { createHash } from 'node:crypto';
import type { PolicyRecord } from './state.js';

/** The words of a text that may run over lines. */
export function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

/** A managed policy of AWS's as IAM would have it in its records. */
export function policy(facts: {
  name: string;
  path: string;
  description: string;
  version: string;
  created: string;
  updated: string;
  statements: readonly object[];
}): PolicyRecord {
  const { name, path, description, version } = facts;
  const updatedAt = Date.parse(facts.updated);
  return {
    name,
    // AWS's own ids are not published as a list; these are at least always the same.
    id: `ANPA${createHash('sha256').update(name).digest('hex').slice(0, 17).toUpperCase()}`,
    arn: `arn:aws:iam::aws:policy${path}${name}`,
    path,
    description,
    createdAt: Date.parse(facts.created),
    updatedAt,
    tags: [],
    versions: [
      {
        id: version,
        createdAt: updatedAt,
        document: JSON.stringify({ Version: '2012-10-17', Statement: facts.statements }, null, 4),
      },
    ],
    defaultVersion: version,
    lastVersion: Number(version.slice(1)),
  };
}
