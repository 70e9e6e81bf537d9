import { PYTHON_METADATA } from './distributions.ts';
import type { Language } from './language.ts';
import { pythonNames } from './python-names.ts';

export const python: Language = {
  name: 'python',
  interpreter: /\/(?:python[23][^/]*|libpython[23][^/]*\.so[^/]*)$/,
  folder: /\/(?:site|dist)-packages\//,
  moduleOf: (name) => /^(\w+)(?:\.pyc?|(?:\.[\w-]+)?\.so)$/.exec(name)?.[1],
  entry: '__init__',
  separator: '.',
  isCode: (name, head) =>
    /\.(?:pyw?|wsgi|tac|rpy)$/.test(name) ||
    /^#![^\n]*\bpython/.test(head) ||
    (!name.includes('.') && /^(?:import|from) [\w.]+/m.test(head)),
  names: pythonNames,
  wordsIn: (text) => text.split(/[^\w.-]+/),
  forBuilding: /^(?:setup|conftest|noxfile)\.py$/,
  compiled: {
    archive: /\.(?:pyz|pyzw|pex|egg|shiv)$/,
    bytecode: /\.pyc$/,
    sourceEnding: '.py',
    symbols: /(?:^|\0)Py(?:Module|Import|Init)_/,
    // Whatever ends a dotted name; one without dots may be a part of a longer one.
    names: /(?<=\0)[A-Za-z_]\w{0,80}(?=\0)|[A-Za-z_]\w{0,80}(?:\.[A-Za-z_]\w{0,80}){1,8}/g,
    // Texts that explain something name much that they do not load: a name stands by itself there, or in an import.
    packagedNames:
      /(?<=\0|[\0\n;][ \t]{0,40}(?:import|from) )[A-Za-z_]\w{0,80}(?:\.[A-Za-z_]\w{0,80}){0,8}(?=[\0\n;]| import\b)/g,
  },
  suppliers: {
    distutils: {
      modules: ['_distutils_hack', 'setuptools'],
      unless: /\/python3[^/]*\/distutils\/__init__\.py$/,
    },
  },
  requests: [
    // `engine='numba'`, `compute.use_numba`: https://pandas.pydata.org/docs/user_guide/enhancingperf.html#numba-jit-compilation
    { by: 'pandas', module: 'numba', words: /numba/ },
    // https://pandas.pydata.org/docs/getting_started/install.html#optional-dependencies
    {
      by: 'pandas',
      module: 'scipy',
      words:
        /scipy|interpolat|\bcorr|kendall|spearman|rolling|win_type|kde|density|kind|sparse|spmatrix|_coo\b/,
    },
    // NumPy's tests compare the two: https://numpy.org/doc/stable/reference/testing.html
    { by: 'numpy', module: 'scipy', words: /scipy/ },
    { by: 'pandas', module: 'tables', words: /hdf|pytables|["'](?:to|read)_(?!\w)/i },
    // Packages run their own tests where somebody calls for that.
    { module: 'pytest', words: /pytest|\btest\(/ },
    // Setuptools installs wheels where it builds packages.
    { module: 'wheel', words: /\bwheel\b/ },
    { module: 'py', words: /pytest|\bimport py\b|\bpy\.(?:code|io|path|process|test|xml)\b/ },
  ],
  metadata: PYTHON_METADATA,
};
