import { objectOf } from '../base/json.ts';
import type { Config } from '../oci/config.ts';
import type { AppliedEdit } from '../oci/document-edits.ts';
import { editConfigDocument } from '../oci/edit-config-document.ts';
import { parseJson, type JsonObject } from '../oci/json.ts';
import type { Document } from '../oci/manifest.ts';
import { editEnv } from './edit-env.ts';
import { editMap, editPorts, editVolumes } from './edit-map.ts';
import { editSingle } from './edit-single.ts';
import type { Edits, SingleMember } from './edits.ts';
import { scrubConfig } from './scrub-config.ts';

/** A config after its edits, and what they changed. */
export interface EditedConfig {
  readonly config: Document<Config>;
  readonly applied: readonly AppliedEdit[];
  /** Whether a command went with its entrypoint. */
  readonly losesCmd: boolean;
}

/**
 * Edits a config. What edits do not name stays byte for byte; a config that has all of it already is the
 * same document. Edits again change nothing.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md
 */
export const editConfig = (config: Document<Config>, edits: Edits): EditedConfig => {
  const raw = parseJson(config.bytes, `config of ${config.descriptor.digest}`);
  const runtime = objectOf(raw['config']);
  const { single, losesCmd } = withoutOldCmd(edits.single, runtime);
  const changes = [
    editEnv(runtime, edits.env),
    editMap(runtime, 'Labels', { member: 'label', ...edits.labels }),
    editPorts(runtime, edits.ports),
    editVolumes(runtime, edits.volumes),
    editSingle(raw, runtime, single),
    scrubConfig(raw, edits),
  ];
  const needed = changes.flatMap((change) => change.edits);
  const applied = changes.flatMap((change) => change.applied);
  const edited = editConfigDocument(config, needed);
  return edited === config
    ? { config, applied: [], losesCmd: false }
    : { config: edited, applied, losesCmd };
};

/** As in a Dockerfile, a new entrypoint does not get the arguments that were meant for the old one. */
const withoutOldCmd = (
  single: ReadonlyMap<SingleMember, unknown>,
  runtime: JsonObject,
): { readonly single: ReadonlyMap<SingleMember, unknown>; readonly losesCmd: boolean } => {
  const entrypoint = single.get('entrypoint');
  const isNew =
    entrypoint !== undefined &&
    JSON.stringify(entrypoint) !== JSON.stringify(runtime['Entrypoint']);
  if (!isNew || single.has('cmd') || runtime['Cmd'] == null) return { single, losesCmd: false };
  return { single: new Map(single).set('cmd', undefined), losesCmd: true };
};
