import { ReslimError } from '../base/errors.ts';
import { parseDigest, quote, type Digest } from './digest.ts';
import { asArray, asObject, asString, asStrings, parseDocument, type JsonObject } from './json.ts';
import { readPlatform, type Platform } from './platform.ts';

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md */
export interface Config {
  readonly platform: Platform;
  readonly created?: string | undefined;
  readonly diffIds: readonly Digest[];
  /** Build steps, oldest first, as their builder wrote them. */
  readonly history: readonly HistoryStep[];
  readonly runtime: RuntimeConfig;
}

/** One `history` element. `raw` has all its members. */
export interface HistoryStep {
  readonly createdBy: string;
  readonly emptyLayer: boolean;
  readonly raw: JsonObject;
}

/** Whether a step sets what containers start: bases end with one. */
export const setsCommand = ({ createdBy }: Pick<HistoryStep, 'createdBy'>): boolean =>
  /^(\/bin\/sh -c #\(nop\)\s+)?(CMD|ENTRYPOINT)\b/.test(createdBy);

/** What a container starts with: the `config` member, Docker's extensions included. */
export interface RuntimeConfig {
  readonly user: string;
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly workingDir: string;
  readonly volumes: readonly string[];
  readonly shell: readonly string[];
  /** `Healthcheck.Test` without its leading `CMD` or `CMD-SHELL`. */
  readonly healthcheck: readonly string[];
  /** Instructions of a Dockerfile for images that are built from this one: `RUN npm install`. */
  readonly onBuild: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Members that reslim reads or writes, which must not be there a second time in another spelling. */
const MEMBERS = ['rootfs', 'diff_ids', 'history', 'empty_layer', 'created', 'config'];

export const readConfig = (bytes: Uint8Array, where: string): Config => {
  const raw = parseDocument(bytes, where, MEMBERS);
  const rootfs = asObject(raw['rootfs'], `rootfs of ${where}`);
  checkType(rootfs['type'], where);
  return {
    platform: readPlatform(raw, where),
    ...(typeof raw['created'] === 'string' && { created: raw['created'] }),
    diffIds: asArray(rootfs['diff_ids'] ?? [], `diff_ids of ${where}`).map((id, at) =>
      parseDigest(id, `diff_ids[${at}] of ${where}`),
    ),
    history: asArray(raw['history'] ?? [], `history of ${where}`).map((step, at) =>
      readHistoryStep(step, `history[${at}] of ${where}`),
    ),
    runtime: readRuntime(raw['config'] ?? {}, `config of ${where}`),
  };
};

/** The specification defines one type, and requires that others are refused; a missing one is accepted. */
const checkType = (type: unknown, where: string): void => {
  if (type === undefined || type === 'layers') return;
  throw new ReslimError('unsupported', `a rootfs of type ${quote(type)}, ${where}`);
};

const readHistoryStep = (value: unknown, where: string): HistoryStep => {
  const raw = asObject(value, where);
  return {
    createdBy: typeof raw['created_by'] === 'string' ? raw['created_by'] : '',
    emptyLayer: raw['empty_layer'] === true,
    raw,
  };
};

/**
 * The build step that made each layer, base first: the steps that are not empty. All `undefined` where
 * their number is not that of the layers.
 */
export const layerSteps = ({
  diffIds,
  history,
}: Pick<Config, 'diffIds' | 'history'>): (HistoryStep | undefined)[] => {
  const steps = history.filter(({ emptyLayer }) => !emptyLayer);
  return diffIds.map((_, at) => (steps.length === diffIds.length ? steps[at] : undefined));
};

/** Reads the `config` member, as an engine gives it, too. */
export const readRuntime = (value: unknown, where: string): RuntimeConfig => {
  const raw = asObject(value, where);
  const healthcheck =
    raw['Healthcheck'] == null ? {} : asObject(raw['Healthcheck'], `Healthcheck of ${where}`);
  return {
    user: asString(raw['User'] ?? '', `User of ${where}`),
    env: asStrings(raw['Env'], `Env of ${where}`),
    entrypoint: asStrings(raw['Entrypoint'], `Entrypoint of ${where}`),
    cmd: asStrings(raw['Cmd'], `Cmd of ${where}`),
    workingDir: asString(raw['WorkingDir'] ?? '', `WorkingDir of ${where}`),
    volumes:
      raw['Volumes'] == null ? [] : Object.keys(asObject(raw['Volumes'], `Volumes of ${where}`)),
    shell: asStrings(raw['Shell'], `Shell of ${where}`),
    healthcheck: asStrings(healthcheck['Test'], `Healthcheck of ${where}`).filter(
      (word, at) => at > 0 || !/^(CMD|CMD-SHELL|NONE)$/.test(word),
    ),
    onBuild: asStrings(raw['OnBuild'], `OnBuild of ${where}`),
    labels: readLabels(raw['Labels']),
  };
};

/** Labels are only matched by profiles, so one that is not a string is ignored instead of refused. */
const readLabels = (value: unknown): Record<string, string> =>
  value == null || typeof value !== 'object'
    ? {}
    : Object.fromEntries(
        Object.entries(value).filter(
          (pair): pair is [string, string] => typeof pair[1] === 'string',
        ),
      );
