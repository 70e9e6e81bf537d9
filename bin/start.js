// Every version of Node that knows modules must be able to read this file, so that old ones say what is needed.

/** The `engines` of package.json. */
const NEEDED = [20, 18, 1];

/** Loads and runs a program, or ends with an error where Node is too old for it. */
export const start = (load) => {
  const { node } = process.versions;
  if (isOlder(node.split('.').map(Number), NEEDED)) {
    process.stderr
      .write(`error: reslim needs Node ${NEEDED.join('.')} or later, this is Node ${node}
hint: install a newer one from https://nodejs.org, or run: npx -p node@22 -p reslim reslim
`);
    process.exitCode = 1;
    return undefined;
  }
  return load();
};

const isOlder = (version, needed) => {
  const at = needed.findIndex((number, index) => version[index] !== number);
  return at >= 0 && version[at] < needed[at];
};
