// The checker's messages. An entry is one code, its severity and its words:
//
//   'unknown-name': error<{ name: string; near?: string }>({
//     message: ({ name }) => `there is no \`${name}\` here`,
//     hint: ({ near }) => (near === undefined ? undefined : `did you mean \`${near}\`?`),
//   }),
//
// and is used by `diagnose('unknown-name', { path, span }, { name, near })`.
export const check = {} as const
