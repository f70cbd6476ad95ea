/** Folders and files that programs make and remove by themselves: what happens to them says nothing of a person's intent. */

const folders: ReadonlySet<string> = new Set(
  (
    'tmp temp cache caches .cache .git .svn .trash $recycle.bin coverage ' +
    'node_modules __pycache__ .venv venv .tox .gradle .next .nuxt .turbo build dist target obj'
  ).split(' '),
);
const temporary = /(~|\.(tmp|temp|part|partial|crdownload|download|swp|swo|swx|lock|pyc|o|class))$/i;

/** Whether a path lies in a folder for what is temporary, or is such a file by its name. */
export function isScratch(path: string): boolean {
  const steps = path.split(/[/\\]/);
  return temporary.test(path) || steps.slice(0, -1).some((step) => folders.has(step.toLowerCase()));
}
