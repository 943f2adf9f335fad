// Programs that grow with a number, each in one direction: deep, long, wide.

export const programs = {
  'layers: Linear and relu in a row, a loss, adam': {
    sizes: [125, 250, 500, 1000],
    source: (n) => `
axis N, H = 8
input x: [N, H]
input y: [N, H]
use net = repeat(${n}, chain(Linear[H -> H], relu))
loss train = mean((net(x) - y) ^ 2)
minimize train with adam(lr = 1e-3)
`,
  },
  'chain: elementwise operations in a row, a loss and its gradient': {
    sizes: [125, 250, 500, 1000],
    source: (n) => `
axis N
input x: [N]
${rows(n, (i) => `let v${i + 1} = ${['sin', 'tanh', 'exp', 'softplus'][i % 4]}(v${i}) * 0.5 + x`).replace('v0', 'x')}
loss total = mean(v${n})
`,
  },
  'lets: short definitions, each of the one before': {
    sizes: [2500, 5000, 10_000, 20_000],
    source: (n) => `
axis N
input x: [N]
let v0 = x
${rows(n, (i) => `let v${i + 1} = v${i} + ${i}`)}
output last = v${n}
`,
  },
  'wide: inputs, of which every four make a loss': {
    sizes: [250, 500, 1000, 2000],
    source: (n) => `
axis N
${rows(n, (i) => `input x${i}: [N]`)}
${rows(n / 4, (i) => `loss l${i} = mean((${[0, 1, 2, 3].map((j) => `x${4 * i + j}`).join(' * ')}) ^ 2)`)}
`,
  },
}

function rows(n, row) {
  return Array.from({ length: Math.floor(n) }, (_, i) => row(i)).join('\n')
}
