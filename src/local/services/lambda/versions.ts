import { isDeepStrictEqual } from 'node:util';
import { uuid } from '../../ids.js';
import { without, type FunctionRecord, type FunctionSettings, type FunctionTable } from './state.js';

/**
 * Makes a version of what the function is, a copy that no update changes. When nothing was changed since the last
 * one, that is the answer (developer guide, "Creating function versions").
 */
export function publish(
  functions: FunctionTable,
  latest: FunctionRecord,
  { description }: { description?: string | undefined } = {},
): FunctionRecord {
  const last = functions.get(latest.name, String(latest.lastVersion));
  if (last && sameFunction(last.settings, latest.settings)) return last;
  const number = latest.lastVersion + 1;
  const settling = latest.state === 'Pending' || latest.lastUpdate === 'InProgress';
  const version: FunctionRecord = {
    name: latest.name,
    version: String(number),
    lastVersion: 0,
    settings: { ...latest.settings, Description: description ?? latest.settings.Description },
    // A version of a function that is being updated is itself being created (recorded: test_publish_with_update).
    ...(settling ? { state: 'Pending' } : { state: 'Active', lastUpdate: 'Successful' }),
    settlesAt: latest.settlesAt,
    revisionId: uuid(),
    lastModified: latest.lastModified,
    tags: {},
    statements: [],
  };
  // The function has another revision afterwards (recorded: test_function_revisions_version_and_alias).
  functions.change(latest, { lastVersion: number });
  functions.put(version);
  return version;
}

/** A generation is copied with the rest; an update that changed nothing has one of its own. */
const sameFunction = (one: FunctionSettings, other: FunctionSettings): boolean =>
  one.generation === other.generation ||
  isDeepStrictEqual(without(one, 'generation'), without(other, 'generation'));
