// Element finding: every recorded selector votes, the element with the most votes wins, and a close second makes the
// outcome ambiguous. No selector is trusted alone, because the app that is debugged is not the one that was recorded.
if (!R.worker) {
  const recordedCount = (target, kind) => {
    const m = target.matches;
    return Math.max(1, typeof m === 'object' && m !== null ? m[kind] ?? 1 : m ?? 1);
  };

  /** Lets every selector vote. @returns {{ranked: object[], total: number, counts: string[], candidates: number}}
   *  the best candidates, best first */
  function poll(target, options) {
    const candidates = new Map();
    const counts = [];
    let total = 0;
    R.forgetLabels();
    for (const s of R.selectors(target, R.trees(options.thorough))) {
      const was = recordedCount(target, s.kind);
      total += s.weight / was;
      let found;
      try {
        found = [...new Set(s.find())];
      } catch {
        counts.push(`${s.kind} is not valid`);
        continue;
      }
      counts.push(`${s.kind} ${found.length}`);
      if (found.length > R.tooMany) continue;
      // A selector that has become less specific than it was deserves less trust than its share.
      const vote = s.weight / Math.max(found.length, was) * (found.length > was ? was / found.length : 1) ** 0.5;
      for (const element of found) {
        for (const e of s.same ? R.chain(element) : [element]) {
          const c = candidates.get(e) ?? { element: e, votes: 0, by: [], identity: false };
          candidates.set(e, c);
          if (c.by.includes(s.kind)) continue;
          c.votes += vote;
          c.by.push(s.kind);
          c.identity ||= s.identity;
        }
      }
    }
    // Only the best can win; looking at all of a long list would take longer than the vote.
    const ranked = [...candidates.values()].sort((a, b) => b.votes - a.votes).slice(0, 50);
    for (const c of ranked) {
      if (target.tag && c.element.localName === target.tag.toLowerCase()) c.votes += 3;
      if (target.role && R.role(c.element) === R.roleName(target.role)) c.votes += 3;
      if (!options.hidden && !R.visible(c.element)) c.votes *= 0.3;
    }
    ranked.sort((a, b) => b.votes - a.votes);
    if (target.tag) total += 3;
    if (target.role) total += 3;
    return { ranked, total, counts, candidates: candidates.size };
  }

  // Candidates with at least this share of the best one's votes count as equally good.
  const close = 0.85;

  /** Of equally good candidates, the one that stands clearly nearest to where it was recorded; null: none does. */
  function nearest(group, box) {
    if (!box) return null;
    const far = group.map((c) => {
      const r = c.element.getBoundingClientRect();
      return Math.hypot(r.x - box[0], r.y - box[1]) + Math.abs(r.width - box[2]) + Math.abs(r.height - box[3]);
    });
    const order = far.map((_, i) => i).sort((a, b) => far[a] - far[b]);
    return far[order[1]] > 2 * far[order[0]] + 8 ? group[order[0]] : null;
  }

  /**
   * Finds the element that the target describes and keeps it as R.found.
   * options: last = true: no further try follows, weak evidence is accepted; hidden = true: invisible elements count
   * in full (file inputs); thorough = true: look for shadow roots in every element; point = true: also bring it into
   * view and look for a point that receives events; enabled = true: with point, a disabled control is not there yet.
   * @returns {{problem: string, detail: string, by: string[], candidates: number, score: number, x?: number,
   *   y?: number, scrolled?: boolean}} problem is '', 'not found', 'ambiguous', 'covered' or 'moving'
   */
  R.find = (target, options = {}) => {
    R.found = null;
    const { ranked, total, counts, candidates } = poll(target, options);
    const result = { problem: '', detail: counts.join(', '), by: [], candidates, score: 0 };
    const fail = (problem, why) => ({ ...result, problem, detail: why ? `${why} (${result.detail})` : result.detail });
    if (!ranked.length) return options.thorough ? fail('not found', '') : R.find(target, { ...options, thorough: true });
    let best = ranked[0];
    // An element and its ancestor are the same to a pointer; only unrelated rivals make it ambiguous.
    const rivals = ranked.filter((c) => c !== best && c.votes >= close * best.votes
      && !R.contains(c.element, best.element) && !R.contains(best.element, c.element));
    if (rivals.length) {
      best = nearest([best, ...rivals], target.box);
      if (!best) return fail('ambiguous', `${rivals.length + 1} elements fit equally well`);
      result.by.push('box');
    }
    result.by.unshift(...best.by);
    result.score = Math.min(1, Math.round(best.votes / total * 1000) / 1000);
    const weak = weakness(target, best, result.score, options);
    if (weak) return fail('not found', weak);
    R.found = best.element;
    R.anchor = target.anchor ?? null; // see R.scroll
    return options.point ? { ...result, ...R.point(best.element, target, options) } : result;
  };

  /** @returns {number} how many elements fit the target as well as the best one */
  R.count = (target) => {
    const { ranked } = poll(target, { thorough: true });
    const fitting = ranked.filter((c) => c.votes >= close * ranked[0].votes);
    return fitting.filter((c) => !fitting.some((d) => d !== c && R.contains(c.element, d.element))).length;
  };

  /** Keeps the frame element that a step names as R.found. step: CSS or the index among the document's frames.
   * @returns {Element|null} */
  R.frame = (step) => {
    const frames = R.all(R.trees(), 'iframe,frame');
    if (typeof step === 'number') return R.found = frames[step] ?? null;
    try {
      return R.found = R.path(step).find((e) => frames.includes(e)) ?? null;
    } catch {
      return R.found = null;
    }
  };

  /** Why the evidence for a candidate is too weak, '' where it is not. */
  function weakness(target, best, score, options) {
    const named = target.testid || target.name || target.label || target.text;
    if (best.identity || !named) return '';
    if (!options.last) return 'only its position matches so far';
    if (target.testid) return 'only its position matches';
    const roleFits = !target.role || R.role(best.element) === R.roleName(target.role);
    const tagFits = !target.tag || best.element.localName === target.tag.toLowerCase();
    return roleFits && tagFits && score >= 0.15 ? '' : 'only its position matches';
  }
}
