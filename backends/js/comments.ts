// Text of others inside comments: on one line each, and unable to end the comment that it stands in.

export function commentLine(text: string): string {
  return `// ${oneLine(text)}`
}

/** A JSDoc block; nothing for nothing. */
export function documentation(text: string | undefined, indent = ''): string {
  if (text === undefined || text.trim() === '') return ''
  const lines = text.trim().split(/\r\n|[\n\r\u2028\u2029]/)
  const safe = lines.map((line) => line.trimEnd().replaceAll('*/', '*\\/'))
  if (safe.length === 1) return `${indent}/** ${safe[0]} */\n`
  return `${indent}/**\n${safe.map((line) => `${indent} * ${line}`.trimEnd() + '\n').join('')}${indent} */\n`
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n\u2028\u2029]\s*/g, ' ').trim()
}
