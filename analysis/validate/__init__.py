"""Whether the personas can be defended: triangulation, certificate, floors, checklist and pitfalls, all computed."""
