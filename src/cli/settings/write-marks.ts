import { readFile } from 'node:fs/promises';
import { unlessMissing, withIoErrors } from '../../base/io-error.ts';
import { editLists, type ListEdit } from '../../yaml/edit-lists.ts';
import { readYaml } from '../../yaml/yaml-document.ts';
import { writeFileAtOnce } from '../display/write-file.ts';
import type { SettingsFile } from './settings-file.ts';
import { settingsSchema } from './settings-schema.ts';

/** Edits the lists `keep` and `drop` of a settings file as it is now, or makes it. Throws `usage` where it is none, and leaves it as it is then. */
export const writeMarks = async (
  { path, name }: SettingsFile,
  edits: Readonly<Record<'keep' | 'drop', ListEdit>>,
): Promise<void> => {
  const text = (await withIoErrors(path, () => unlessMissing(readFile(path, 'utf8')))) ?? '';
  readYaml(text, name, settingsSchema);
  const edited = editLists(text, edits);
  readYaml(edited, name, settingsSchema);
  await writeFileAtOnce(path, [edited]);
};
