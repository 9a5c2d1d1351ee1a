export const total = (list) => list.reduce((sum, n) => sum + n, 0);
