"""Battles of one or two turns, made by SQL in a database of a benchmark's own."""

import time
from dataclasses import dataclass

import psycopg

CONTESTANTS = 12
CHARS_OF_A_PART = 33

REGISTRY = """
INSERT INTO models_registry_organisation (slug, name, website) VALUES ('bench', 'Bench', '');
INSERT INTO models_registry_languagemodel
    (slug, name, organisation_id, licence, revision, website, languages, aliases, notes)
    SELECT 'model-' || i, 'Model ' || i, (SELECT id FROM models_registry_organisation), 'apache-2.0', 'rev', '',
           '{en}', '{}', '' FROM generate_series(1, %(models)s) i;
INSERT INTO models_registry_endpoint (slug, backend, queue, options, enabled)
    VALUES ('bench', 'scripted', 'generation', '{}', true);
INSERT INTO models_registry_contestant
    (slug, name, language_model_id, endpoint_id, system_prompt, temperature, top_p, top_k, repetition_penalty,
     max_new_tokens, status, weight, retired_reason, created_at)
    SELECT slug, name, id, (SELECT id FROM models_registry_endpoint WHERE slug = 'bench'),
           'You are a helpful assistant.', 0.7, 0.95, 50, 1, 96, 'active', 1, '', now()
    FROM models_registry_languagemodel WHERE slug LIKE 'model-%%';
INSERT INTO models_registry_contestantsnapshot (contestant_id, sha256, payload, created_at)
    SELECT id, encode(sha256(slug::bytea), 'hex'),
           jsonb_build_object('language_model', slug, 'revision', 'rev', 'system_prompt', system_prompt, 'sampling',
               jsonb_build_object('temperature', 0.7, 'top_p', 0.95, 'top_k', 50, 'repetition_penalty', 1.0,
                                  'max_new_tokens', 96)), now()
    FROM models_registry_contestant WHERE slug LIKE 'model-%%';
INSERT INTO studies_protocol (slug, revision, kind, asks_strength, reasons, attributes, asks_justification, options)
    VALUES ('bench', 1, 'pairwise', false, '{}', '{}', false, '{}');
INSERT INTO studies_study (slug, name, protocol_id, is_default, requires_profile, created_at)
    SELECT 'bench', 'Bench', id, false, false, now() FROM studies_protocol WHERE slug = 'bench';
INSERT INTO studies_consentrevision
    (study_id, purpose, number, language, summary, text, sha256, published_at, covers_research)
    SELECT id, 'terms', 1, 'en', 's', 't', encode(sha256('t'), 'hex'), now(), true
    FROM studies_study WHERE slug = 'bench';
"""
# Rows lie in the order of their time, as those of an arena do.
BATTLES = """
INSERT INTO raters_rater (id, kind, created_at)
    SELECT gen_random_uuid(), %(kind)s, now() FROM generate_series(1, %(raters)s);
CREATE TEMP TABLE people AS SELECT id, row_number() OVER () AS number FROM raters_rater WHERE kind = %(kind)s;
CREATE TEMP TABLE sides AS SELECT id, row_number() OVER () - 1 AS number FROM models_registry_contestantsnapshot;
INSERT INTO battles_battle
    (id, kind, study_id, protocol_id, consent_revision_id, rater_id, snapshot_a_id, snapshot_b_id, matchmaker,
     draw_probability, draw_seed, status, created_at, ended_at)
    SELECT gen_random_uuid(), %(kind)s, study.id, study.protocol_id, consent.id, people.id, a.id, b.id, 'bench',
           0.015, i, 'voted', now() - i * %(apart)s * interval '1 second', now()
    FROM generate_series(1, %(battles)s) i
    JOIN studies_study study ON study.slug = 'bench'
    JOIN studies_consentrevision consent ON consent.study_id = study.id
    JOIN people ON people.number = 1 + i %% %(raters)s
    JOIN sides a ON a.number = i %% %(models)s
    JOIN sides b ON b.number = (i + 1 + i / %(models)s %% (%(models)s - 1)) %% %(models)s
    ORDER BY i DESC;
INSERT INTO battles_turn (battle_id, index, prompt, attempt, status, failure, started_at, released_at)
    SELECT id, turn, repeat('Why is the sky blue? ', 5), 1, 'complete', '', created_at, created_at
    FROM battles_battle, generate_series(0, 1) turn
    WHERE study_id = (SELECT id FROM studies_study WHERE slug = 'bench') AND (turn = 0 OR draw_seed %% 4 = 0)
    ORDER BY created_at, turn;
INSERT INTO battles_completion
    (turn_id, side, attempt, try_number, replaced, status, worker, seed, text, finish_reason, failure, prompt_tokens,
     completion_tokens, arrivals, ended_ms, queued_at, started_at, finished_at,
     style_version)
    SELECT turn.id, side, 1, 1, false, 'done', 'bench', turn.id,
           (SELECT string_agg(md5(turn.id::text || side || part), ' ') FROM generate_series(1, %(parts)s) part),
           'stop', '', 20, 90,
           jsonb_build_array(jsonb_build_array(extract(epoch FROM turn.started_at) * 1000 + 400, 80)), 1,
           turn.started_at, turn.started_at + interval '0.1 second', turn.started_at + interval '3 seconds', 0
    FROM battles_turn turn, unnest('{a,b}'::text[]) side ORDER BY turn.id, side;
INSERT INTO battles_vote
    (battle_id, rater_id, kind, winner, justification, consent_revision_id, seconds_to_vote, created_at)
    SELECT id, rater_id, kind, ('{model_a,model_b,tie,both_bad}'::text[])[1 + draw_seed %% 4],
           '', consent_revision_id, 12.5, created_at
    FROM battles_battle WHERE kind = %(kind)s ORDER BY created_at;
ANALYZE;
"""


@dataclass(frozen=True, slots=True)
class Filling:
    """What is made: voted battles of so many raters of one kind, the newest one now, answers of `chars` characters."""

    battles: int
    raters: int
    kind: str
    seconds_apart: int
    chars: int = 660


def fill(url: str, filling: Filling) -> None:
    """Make the battles in the database at `url`."""
    values = {
        "models": CONTESTANTS,
        "raters": filling.raters,
        "battles": filling.battles,
        "parts": max(1, filling.chars // CHARS_OF_A_PART),
        "kind": filling.kind,
        "apart": filling.seconds_apart,
    }
    started = time.perf_counter()
    with psycopg.connect(url, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(REGISTRY, values)
        connection.execute(BATTLES, values)
    print(f"{filling.battles} battles made in {time.perf_counter() - started:.0f} s")
