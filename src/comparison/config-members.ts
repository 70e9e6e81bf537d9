import { editedAnnotations } from '../oci/document-edits.ts';
import type { JsonObject } from '../oci/json.ts';
import type { Image } from '../oci/image.ts';
import { parseJson } from '../oci/json.ts';
import { hideSecretVariable } from '../oci/secret-values.ts';

/** One setting of an image. */
export interface Setting {
  readonly member: string;
  readonly key?: string | undefined;
  /** Text, in JSON where it is no text. */
  readonly value: string;
}

/** What the documents of an image say beside its layers and its history, as settings that can be compared one by one. */
export const settingsOf = (image: Image): Setting[] => {
  const { document, config, edits } = image;
  const { config: runtime, ...others } = parseJson(
    config.bytes,
    `config of ${document.descriptor.digest}`,
  );
  const { annotations, artifactType, mediaType } = document.value;
  return [
    ...Object.entries(asObject(runtime)).flatMap(([name, value]) => runtimeSettings(name, value)),
    ...Object.entries(others).flatMap(([name, value]) =>
      COMPARED_APART.has(name) ? [] : single(name, value),
    ),
    ...keyed('annotation', editedAnnotations(annotations, edits)),
    ...single('artifactType', artifactType),
    ...single('mediaType', mediaType),
    ...single('configMediaType', document.value.config.mediaType),
  ];
};

const COMPARED_APART: ReadonlySet<string> = new Set(['rootfs', 'history']);

/** Members of `config` as `inspect` calls them; others keep their name. */
const NAMES: Readonly<Record<string, string>> = {
  Entrypoint: 'entrypoint',
  Cmd: 'cmd',
  User: 'user',
  WorkingDir: 'workingDir',
  StopSignal: 'stopSignal',
  Shell: 'shell',
  OnBuild: 'onBuild',
};

/** Those with several members of their own. */
const KEYED: Readonly<Record<string, string>> = {
  Labels: 'label',
  ExposedPorts: 'port',
  Volumes: 'volume',
  Healthcheck: 'healthcheck',
};

const runtimeSettings = (name: string, value: unknown): Setting[] => {
  if (name === 'Env' && Array.isArray(value)) return value.flatMap(variable);
  const member = Object.hasOwn(KEYED, name) ? KEYED[name] : undefined;
  if (member !== undefined) return keyed(member, asObject(value));
  return single(Object.hasOwn(NAMES, name) ? (NAMES[name] as string) : `config.${name}`, value);
};

const variable = (text: unknown): Setting[] => {
  if (typeof text !== 'string') return [];
  const end = text.indexOf('=');
  const [key, value] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)];
  return [{ member: 'env', key, value }];
};

/** A port or volume has an empty object as its value, and is there all the same. */
const keyed = (member: string, values: JsonObject): Setting[] =>
  Object.entries(values).map(([key, value]) => ({
    member,
    key,
    value: isEmpty(value) && typeof value !== 'string' ? '' : textOf(value),
  }));

/** What is empty is as good as absent. */
const single = (member: string, value: unknown): Setting[] =>
  isEmpty(value) ? [] : [{ member, value: textOf(value) }];

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

const asObject = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

/** The value of a setting without what looks secret. */
export const showSetting = ({ key, member, value }: Setting): string => {
  const name = key ?? member;
  return hideSecretVariable(`${name}=${hideInJson(value)}`).slice(name.length + 1);
};

/** In a list or an object each text may be a variable of its own. */
const hideInJson = (value: string): string => {
  if (!/^[[{]/.test(value)) return value;
  try {
    return JSON.stringify(JSON.parse(value, (_, part: unknown) => hideInText(part)));
  } catch {
    return value;
  }
};

const hideInText = (part: unknown): unknown =>
  typeof part === 'string' ? hideSecretVariable(part) : part;
