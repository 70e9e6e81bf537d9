import { randomBytes } from 'node:crypto';
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asObject, type JsonObject } from '../../../oci/json.ts';
import { unlessMissing, withIoErrors } from '../../../base/io-error.ts';
import { readAuthFile } from './auth-file.ts';

/**
 * Changes the `auths` of a config file and nothing else in it. The file is replaced in one step, and only
 * its owner can read it. A symlink stays.
 */
export const editAuths = async (
  path: string,
  change: (auths: JsonObject) => JsonObject,
): Promise<void> => {
  const file = (await readAuthFile(path)) ?? {};
  const auths = file['auths'] == null ? {} : asObject(file['auths'], `auths of ${path}`);
  const text = `${JSON.stringify({ ...file, auths: change(auths) }, undefined, '\t')}\n`;
  await withIoErrors(path, async () => {
    const place = (await unlessMissing(realpath(path))) ?? path;
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    await replaceFile(place, text);
  });
};

const replaceFile = async (path: string, text: string): Promise<void> => {
  const temp = `${path}.${randomBytes(6).toString('hex')}`;
  const handle = await open(temp, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
    await rename(temp, path);
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(temp, { force: true });
    throw error;
  }
};
