"""Turn a picture of a digit into the strokes of a pen: thin it to a skeleton, then trace that."""

import numpy as np
from scipy.ndimage import uniform_filter1d, zoom

FINE = 4
# The eight neighbours in a circle, beginning above.
AROUND = [(-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1)]


def skeletons(images):
    """Return the skeletons, four times finer, of images (N, H, W): Zhang and Suen 1984."""
    fine = zoom(images, (1, FINE, FINE), order=1, grid_mode=True, mode="grid-constant")
    black = np.pad(fine > 0.55, ((0, 0), (1, 1), (1, 1)))
    changed = True
    while changed:
        changed = False
        for even in (True, False):
            p = [np.roll(black, (-di, -dj), (1, 2)) for di, dj in AROUND]
            count = np.sum(p, axis=0)
            turns = sum(~a & b for a, b in zip(p, [*p[1:], p[0]], strict=True))
            north, east, south, west = p[0], p[2], p[4], p[6]
            if even:
                open_side = ~(north & east & south) & ~(east & south & west)
            else:
                open_side = ~(north & east & west) & ~(north & south & west)
            gone = black & (count >= 2) & (count <= 6) & (turns == 1) & open_side
            black &= ~gone
            changed |= gone.any()
    return black[:, 1:-1, 1:-1]


def trace(skeleton, *, shortest=4):
    """Return the strokes of one skeleton: arrays of points (x, y) in pixels of the image."""
    links = _links(skeleton)
    ends = [place for place, near in links.items() if len(near) != 2]
    paths, walked = [], set()
    for start in [*ends, *links]:
        for second in links[start]:
            if (start, second) not in walked:
                paths.append(_walk(links, start, second, walked))
    lone = [[place] for place, near in links.items() if not near]
    kept = [path for path in paths if not _is_spur(path, links, shortest)]
    return [_smooth(path) for path in [*(kept or paths), *lone]]


def _links(skeleton):
    """Return each place's neighbours; diagonal ones only where no straight way leads there."""
    places = {(int(i), int(j)) for i, j in np.argwhere(skeleton)}
    links = {}
    for i, j in sorted(places):
        straight = [(i + di, j + dj) for di, dj in AROUND[::2] if (i + di, j + dj) in places]
        diagonal = [
            (i + di, j + dj)
            for di, dj in AROUND[1::2]
            if (i + di, j + dj) in places and not {(i + di, j), (i, j + dj)} & places
        ]
        links[i, j] = straight + diagonal
    return links


def _walk(links, start, second, walked):
    """Follow a line up to its end, a junction, or back to its start."""
    path = [start, second]
    walked |= {(start, second), (second, start)}
    while len(links[path[-1]]) == 2 and path[-1] != start:
        (following,) = (place for place in links[path[-1]] if place != path[-2])
        walked |= {(path[-1], following), (following, path[-1])}
        path.append(following)
    return path


def _is_spur(path, links, shortest):
    degrees = len(links[path[0]]), len(links[path[-1]])
    return len(path) < shortest and min(degrees) == 1 and max(degrees) > 2


def _smooth(path):
    points = np.array(path, float)[:, ::-1]
    if len(points) > 4:
        inner = uniform_filter1d(points, 5, axis=0, mode="nearest")
        inner[[0, -1]] = points[[0, -1]]
        points = np.concatenate([inner[:-1:2], inner[-1:]])
    return (points + 0.5) / FINE
