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
  suppliers: {
    distutils: {
      modules: ['_distutils_hack', 'setuptools'],
      unless: /\/python3[^/]*\/distutils\/__init__\.py$/,
    },
  },
  requests: [
    // `engine='numba'`, `compute.use_numba`: https://pandas.pydata.org/docs/user_guide/enhancingperf.html#numba-jit-compilation
    { by: 'pandas', module: 'numba', words: /numba/ },
    // Packages run their own tests where somebody calls for that.
    { module: 'pytest', words: /pytest|\btest\(/ },
    // Setuptools installs wheels where it builds packages.
    { module: 'wheel', words: /\bwheel\b/ },
    { module: 'py', words: /pytest|\bpy\b/ },
  ],
  metadata: PYTHON_METADATA,
};
