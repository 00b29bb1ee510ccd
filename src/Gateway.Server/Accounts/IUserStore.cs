namespace Gateway.Server.Accounts;

/// <summary>Users at rest. Callable from any thread; the contract is UserStoreContract in the tests.</summary>
internal interface IUserStore
{
    Task<CreateUserStatus> CreateAsync(User user, CancellationToken cancellationToken);

    Task<User?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>By username or e-mail address, whatever the case.</summary>
    Task<User?> FindByLoginAsync(string usernameOrEmail, CancellationToken cancellationToken);

    /// <summary>Replaces the hash if it still is <paramref name="oldHash"/>, so that an upgrade of its format cannot undo a change of the password.</summary>
    Task<bool> ReplacePasswordHashAsync(string id, string oldHash, string newHash, DateTimeOffset now, CancellationToken cancellationToken);
}
