import { filesNamed, programsNamed } from './name-files.ts';
import { loadFile, loadModule, readData } from './load-code.ts';
import { loadSource } from './load-source.ts';
import { lookIntoFile, mentionFile } from './look-into-text.ts';
import { readSettings, runAll } from './read-settings.ts';
import { runCommand } from './run-command.ts';
import { runPackageScripts } from './run-package-script.ts';
import { runShellFile, runShellText } from './run-shell.ts';
import { startFile } from './start-file.ts';
import type { Task, Trace } from './state.ts';

/** Does one thing, which may add others to be done. */
export const takeStep = async (trace: Trace, { step, place, where }: Task): Promise<void> => {
  switch (step.does) {
    case 'run':
      runCommand(trace, step.words, where, place);
      return;
    case 'shell':
      await runShellText(trace, step, where, place);
      return;
    case 'script': {
      const files = filesNamed(trace, step.path, where);
      for (const found of files.length > 0 ? files : programsNamed(trace, step.path, where)) {
        if (found.node.children) continue;
        trace.record.need('loads', found, place);
        // What is sourced was looked at with what sources it.
        if (step.sourced) trace.enqueue({ step: { does: 'look', node: found.node }, place, where });
        else await runShellFile(trace, found.node, step.args, where);
      }
      return;
    }
    case 'start':
      await startFile(trace, step, where, place);
      return;
    case 'look':
      await lookIntoFile(trace, step.node);
      return;
    case 'mention':
      await mentionFile(trace, step.node);
      return;
    case 'source':
      await loadSource(trace, step.node, where);
      return;
    case 'load':
      loadFile(trace, step.path, where, place);
      return;
    case 'module':
      loadModule(trace, step, where, place);
      return;
    case 'read':
      readData(trace, step.path, where, place);
      return;
    case 'settings':
      await readSettings(trace, step, where, place);
      return;
    case 'run-all':
      runAll(trace, step.paths, step.args ?? [], where, place);
      return;
    case 'package-script':
      await runPackageScripts(trace, step, where, place);
  }
};
