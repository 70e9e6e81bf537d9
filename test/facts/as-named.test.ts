import { describe, expect, test } from 'vitest';
import { elfFile } from '../support/elf-file.ts';
import { judgeFiles, type Files } from '../support/fact-image.ts';

const elf = (type: number): Buffer => {
  const bytes = elfFile();
  bytes.writeUInt16LE(type, 16);
  return bytes;
};
const webApp = (name: string): string => `<web-app><display-name>${name}</display-name></web-app>`;
const MAP = '{"version":3,"mappings":""}';
const DOTNET: Files = { 'app/app.runtimeconfig.json': '{}' };

/** Whether a file goes when these others are there. */
const goes = async (path: string, content: string | Buffer, others: Files = {}): Promise<boolean> =>
  (await judgeFiles({ ...others, [path]: content })).gone.includes(path);

describe('a file goes that is what its name says', () => {
  test.each<[string, string | Buffer, Files?]>([
    ['srv/core.2024', elf(4)],
    ['srv/core', elf(4)],
    ['srv/vgcore.77', elf(4)],
    ['srv/.DS_Store', '\0\0\0\x01Bud1\0\0'],
    ['srv/desktop.ini', '[.ShellClassInfo]\r\nIconResource=x.ico\r\n'],
    ['srv/._main.js', '\0\x05\x16\x07\0\x02\0\0Mac OS X'],
    ['srv/.main.js.swp', 'b0VIM 9.0\0\0'],
    [
      'srv/main.js~',
      'import x from "x";\n// old\n',
      { 'srv/main.js': 'import x from "x";\n// new\n' },
    ],
    ['srv/#notes#', 'b\nlast line of the notes\n', { 'srv/notes': 'a\nlast line of the notes\n' }],
    ['etc/shadow-', 'root:*:\n', { 'etc/shadow': 'root:*:\n' }],
    ['srv/dist/main.js.map', MAP, { 'srv/dist/main.js': '1' }],
    ['app/lib/a-1-sources.jar', 'PK', { 'app/lib/a-1.jar': 'PK', 'root/.m2': null }],
    ['app/app.pdb', 'BSJB\x01\0\x01\0', DOTNET],
    ['srv/erl_crash.dump', '=erl_crash_dump:0.5\n', { 'app/mix.lock': '' }],
    [
      'app/node_modules/x/src/x.cc',
      '#include <node.h>',
      { 'app/node_modules/x/package.json': '{}', 'app/node_modules/x/binding.gyp': '{}' },
    ],
    [
      'usr/local/tomcat/webapps/docs/changelog.html',
      '<html>',
      { 'usr/local/tomcat/webapps/docs/WEB-INF/web.xml': webApp('Tomcat Documentation') },
    ],
  ])('%s', async (path, content, others) => {
    expect(await goes(path, content, others)).toBe(true);
  });
});

describe('a file stays that only has the name', () => {
  test.each<[string, string | Buffer, Files?]>([
    ['srv/core.2024', 'energy per core in 2024\n'],
    ['srv/core', elf(2)],
    ['srv/.DS_Store', 'key=value\n'],
    ['srv/desktop.ini', '[window]\nwidth=80\n'],
    ['srv/._main.js', 'export {};\n', { 'srv/main.js': '1' }],
    ['srv/.main.js.swp', 'x'],
    ['srv/index~', 'data of the application\n'],
    ['srv/index~', 'another text\n', { 'srv/index': 'data of the application\n' }],
    ['srv/index~', 'key\0value', { 'srv/index': 'key\0value' }],
    ['srv/#notes#', 'a channel\n'],
    ['etc/shadow-', 'root:*:\n'],
    // Maps of a game.
    ['srv/levels/cave.js.map', '#####\n#...#\n'],
    ['app/lib/open-sources.jar', 'PK', { 'root/.m2': null }],
    // A protein of the Protein Data Bank.
    ['app/data/1abc.pdb', 'HEADER    OXYGEN TRANSPORT\n', DOTNET],
    ['app/samples/heap.hprof', 'JAVA PROFILE 1.0.2\0', { 'root/.m2': null }],
    // What a package hands to a compiler that it brings along.
    [
      'app/node_modules/x/runtime/stub.c',
      'int main() {}',
      { 'app/node_modules/x/package.json': '{}' },
    ],
    [
      'usr/local/tomcat/webapps/docs/index.html',
      '<html>',
      { 'usr/local/tomcat/webapps/docs/WEB-INF/web.xml': webApp('Acme document portal') },
    ],
    ['usr/local/tomcat/webapps/docs/index.html', '<html>'],
  ])('%s', async (path, content, others) => {
    expect(await goes(path, content, others)).toBe(false);
  });
});
