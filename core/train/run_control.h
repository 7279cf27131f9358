// SPDX-License-Identifier: GPL-3.0-or-later
// What a run is asked to do while it works: pause, go on, save, end. Asked from any thread, obeyed between two steps.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>

namespace fettle
{

/// How a run that is told to end ends.
enum class EndMode {
    Save,     ///< with a checkpoint; can be continued
    KeepBest, ///< the best (else the last) state becomes the finished model
    Discard,  ///< at once; the last checkpoint stays
};

class RunControl
{
public:
    /// `serve` runs on the trainer's thread between two steps and while paused; `waits` says whether it has work. Both
    /// may be empty.
    RunControl(std::function<void()> serve = {}, std::function<bool()> waits = {});

    // Any thread; all return at once.
    void pause();
    void resume();
    void saveNow();
    /// Discard wins over a Save that was asked for before.
    void end(EndMode mode);
    /// Wakes a paused run so that it looks whether `waits` has work.
    void wake();

    // The trainer's thread.
    void serve() const;
    bool takeSave();
    bool isPauseWanted() const;
    std::optional<EndMode> wantedEnd() const;
    /// Blocks until the pause is over or an end is asked for; serves meanwhile.
    void waitWhilePaused();

private:
    std::function<void()> m_serve;
    std::function<bool()> m_waits;
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_pause = false;
    bool m_save = false;
    std::optional<EndMode> m_end;
};

} // namespace fettle
