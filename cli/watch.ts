// Calls back when one of some files changes. Folders are watched, because editors replace files rather than write them.
import { watch, type FSWatcher } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'

/** Ends when the signal is aborted. Changes during a call back lead to one more afterwards. */
export async function watchFiles(
  paths: () => readonly string[],
  folder: string,
  changed: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const watchers = new Map<string, FSWatcher>()
  let wake = () => {}
  let pending = false
  const notice = () => {
    pending = true
    wake()
  }
  const watchFolders = () => {
    const files = new Set(paths().map((path) => resolve(folder, path)))
    for (const place of new Set([...files].map((file) => dirname(file)))) {
      if (watchers.has(place)) continue
      const watcher = watch(place, (_, name) => {
        // Some systems tell no name.
        if (name === null || isWatched(place, name)) notice()
      })
      watchers.set(place, watcher)
    }
  }
  const isWatched = (place: string, name: string) =>
    paths().some((path) => {
      const file = resolve(folder, path)
      return dirname(file) === place && basename(file) === name
    })
  signal.addEventListener('abort', () => wake(), { once: true })
  watchFolders()
  while (!signal.aborted) {
    if (!pending) await new Promise<void>((resolveWait) => (wake = resolveWait))
    if (signal.aborted) break
    // An editor's save is several events: one call back for all of them.
    await new Promise((settled) => setTimeout(settled, 40))
    pending = false
    await changed()
    watchFolders()
  }
  for (const watcher of watchers.values()) watcher.close()
}
